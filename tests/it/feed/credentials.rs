//! Where the credentials come from, and what is refused rather than used.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use alliedsky::feed::space_track::{CredentialError, Credentials, IDENTITY_VARIABLE, PASSWORD_VARIABLE};
use secrecy::ExposeSecret;
use tempfile::TempDir;

/// Names the file that [`finds_for_another_test`] gives, in its process.
const FILE: &str = "ALLIEDSKY_TEST_CREDENTIALS";

fn file(folder: &TempDir, text: &str, mode: u32) -> PathBuf {
    let path = folder.path().join("space-track");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    path
}

#[test]
fn a_file_is_read_where_its_owner_alone_may() {
    let folder = TempDir::new().unwrap();
    for text in ["ops@example.org\npass word \n", "ops@example.org\r\npass word \r\n\n"] {
        let found = Credentials::find(Some(&file(&folder, text, 0o600))).unwrap().unwrap();
        assert_eq!(found.identity.expose_secret(), "ops@example.org");
        // Blanks may belong to a password.
        assert_eq!(found.password.expose_secret(), "pass word ");
        assert!(!format!("{found:?}").contains("pass word"));
    }
    for mode in [0o640, 0o604, 0o660, 0o644, 0o601, 0o610] {
        let path = file(&folder, "ops@example.org\nhunter2\n", mode);
        let error = Credentials::find(Some(&path)).unwrap_err();
        assert!(matches!(error, CredentialError::Open { mode: found, .. } if found == mode));
        assert!(error.to_string().contains(&format!("chmod 600 {}", path.display())), "{error}");
    }
    assert!(Credentials::find(None).unwrap().is_none());
}

#[test]
fn a_malformed_file_is_refused_without_its_words() {
    let folder = TempDir::new().unwrap();
    let long = "x".repeat(5000);
    for text in ["", "\n", "hunter2", "\nhunter2", "hunter2\n\n", "a\nhunter2\nc\n", &format!("a\nb\n{long}")] {
        let error = Credentials::find(Some(&file(&folder, text, 0o600))).unwrap_err();
        assert!(matches!(error, CredentialError::Malformed { .. }), "{text}");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
    assert!(matches!(Credentials::find(Some(&folder.path().join("none"))), Err(CredentialError::Read { .. })));
}

/// No test by itself: the process that another test starts.
#[test]
fn finds_for_another_test() {
    let Some(file) = std::env::var_os(FILE) else { return };
    match Credentials::find(Some(file.as_ref())) {
        Ok(found) => {
            let found = found.unwrap();
            println!("SAID {} {}", found.identity.expose_secret(), found.password.expose_secret());
        }
        Err(error) => println!("SAID {error}"),
    }
}

#[test]
fn the_environment_comes_before_the_file_and_is_whole_or_not_there() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "file@example.org\nfrom file\n", 0o600);
    let said = |environment: &[(&str, &str)]| {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "feed::credentials::finds_for_another_test", "--nocapture"])
            .env_clear()
            .env(FILE, &path)
            .envs(environment.iter().copied())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().find_map(|line| line.split_once("SAID ")).unwrap().1.to_owned()
    };
    let (identity, password) = ((IDENTITY_VARIABLE, "env@example.org"), (PASSWORD_VARIABLE, "from env"));
    assert_eq!(said(&[]), "file@example.org from file");
    assert_eq!(said(&[identity, password]), "env@example.org from env");
    assert_eq!(said(&[(IDENTITY_VARIABLE, ""), (PASSWORD_VARIABLE, "")]), "file@example.org from file");
    for (half, missing) in [(identity, PASSWORD_VARIABLE), (password, IDENTITY_VARIABLE)] {
        let said = said(&[half]);
        assert!(said.contains(&format!("{missing} is not")) && !said.contains("from env"), "{said}");
    }
}
