//! The session with Space-Track: opened once, used until it lapses, never on the disk.

use secrecy::SecretString;

use super::ask::{Asker, Sent};
use super::{Did, Line, Source, SyncReport};
use crate::app::App;
use crate::feed::query::Feed;
use crate::feed::space_track;
use crate::format::{MAX_FILE_BYTES, unpack};
use crate::store::ledger::Outcome;

/// The cookie of a session, where one is open.
#[derive(Clone, Debug, Default)]
pub struct Session {
    pub(super) cookie: Option<SecretString>,
}

impl Asker<'_> {
    /// Opens a session and returns whether there is one; `again` after one that had lapsed.
    ///
    /// # Errors
    /// An error of the disk; cancelled.
    pub(super) fn login(
        &mut self,
        app: &mut App,
        again: bool,
        stop: &dyn Fn() -> bool,
        report: &mut SyncReport,
    ) -> anyhow::Result<bool> {
        let query = space_track::login();
        let source = Source::Feed(Feed::SpaceTrack);
        let credentials = match app.credentials() {
            Ok(Some(credentials)) => credentials,
            Ok(None) => return Ok(false),
            Err(error) => {
                report.lines.push(Line::new(source, &query.name, Did::Unasked, error.to_string()));
                return Ok(false);
            }
        };
        app.session.cookie = None;
        let download = match self.send(app, &query, Some(&credentials.form()), again, stop, report)? {
            Sent::Arrived(download) => download,
            Sent::Lapsed => return Ok(false),
            Sent::Not(line) => {
                report.lines.push(line);
                return Ok(false);
            }
        };
        let body = std::fs::read(&download.path)?;
        std::fs::remove_file(&download.path)?;
        let unpacked = unpack(&body, MAX_FILE_BYTES).map_or_else(|_| body.clone(), |unpacked| unpacked.into_owned());
        let refusal = if space_track::is_login_failure(&unpacked) {
            Some("the login was refused: check identity and password".to_owned())
        } else if app.session.cookie.is_none() {
            Some(format!("the login brought no session (\"{}\")", download.head))
        } else {
            None
        };
        // A wrong password that is sent again and again locks the account.
        let (outcome, hold) = if refusal.is_some() { (Outcome::Refused, true) } else { (Outcome::Fetched, false) };
        let mut line = Line::new(source, &query.name, Did::Ended(outcome), refusal.unwrap_or_default());
        line.bytes = Some(download.bytes);
        app.end(download.id, &query, &line, None, Some(200), hold)?;
        let is_open = outcome == Outcome::Fetched;
        self.has_logged_in |= is_open;
        if !is_open {
            report.lines.push(line);
        }
        Ok(is_open)
    }
}
