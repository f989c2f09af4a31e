//! Where a source is asked: the source itself, a mirror, or a server on this machine.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};
use url::{Host, Url};

/// The address before the paths of a source: `https`, or `http` on this machine alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// Without a slash at its end.
    text: String,
    is_loopback: bool,
}

/// Why an address is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// It is no URL.
    #[error("\"{text}\" is no URL ({reason}): use one such as https://celestrak.org")]
    NoUrl {
        /// What was given.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Neither `https`, nor `http` on this machine.
    #[error("\"{0}\": only https is spoken with other machines (http is for 127.0.0.1, ::1 and localhost)")]
    NotSafe(String),
    /// Something stands in it that a base has not: a query, a fragment, a password.
    #[error("\"{0}\": a base URL has no query, fragment, user or password")]
    NoBase(String),
}

impl BaseUrl {
    /// The address of a known source.
    pub(super) fn of_source(text: &'static str) -> Self {
        Self { text: text.to_owned(), is_loopback: false }
    }

    /// Whether it leads to this machine and nowhere else.
    #[must_use]
    pub const fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// The address of a path (with its query) under the base.
    #[must_use]
    pub fn join(&self, path_and_query: &str) -> String {
        format!("{}/{}", self.text, path_and_query.trim_start_matches('/'))
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // What stands before an @ may be a password.
        let shown = text.rsplit('@').next().unwrap_or_default();
        let no_url = |reason: String| BaseUrlError::NoUrl { text: shown.to_owned(), reason };
        let url = Url::parse(text.trim()).map_err(|error| no_url(error.to_string()))?;
        if url.host().is_none() {
            return Err(no_url("it has no host".to_owned()));
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            // Without what may be a password.
            return Err(BaseUrlError::NoBase(url.host_str().unwrap_or_default().to_owned()));
        }
        let is_loopback = match url.host() {
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback => {}
            _ => return Err(BaseUrlError::NotSafe(text.to_owned())),
        }
        Ok(Self { text: url.as_str().trim_end_matches('/').to_owned(), is_loopback })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for BaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{BaseUrl, BaseUrlError};

    #[test]
    fn other_machines_are_asked_by_https_alone() {
        for (text, loopback) in [
            ("https://celestrak.org", false),
            ("https://mirror.example:8443/spacetrack/", false),
            ("http://127.0.0.1:8080", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:80/x", true),
            ("http://localhost:1", true),
            ("https://localhost", true),
        ] {
            assert_eq!(text.parse::<BaseUrl>().map(|url| url.is_loopback()), Ok(loopback), "{text}");
        }
        for text in
            ["http://celestrak.org", "http://localhost.example.org", "http://128.0.0.1", "ftp://127.0.0.1", "file:///x"]
        {
            assert!(text.parse::<BaseUrl>().is_err(), "{text}");
        }
        assert!(matches!("https://u:p@host".parse::<BaseUrl>(), Err(BaseUrlError::NoBase(host)) if host == "host"));
        assert!("https://host/?a=1".parse::<BaseUrl>().is_err());
        let error = "ops:hunter2@celestrak.org".parse::<BaseUrl>().unwrap_err().to_string();
        assert!(error.contains("celestrak.org") && !error.contains("hunter2"), "{error}");
        assert!("celestrak.org".parse::<BaseUrl>().is_err());
    }

    #[test]
    fn the_known_sources_are_what_their_text_says() {
        for text in ["https://celestrak.org", "https://www.space-track.org"] {
            assert_eq!(text.parse(), Ok(BaseUrl::of_source(text)));
        }
    }

    #[test]
    fn paths_are_joined_with_one_slash() {
        for base in ["http://127.0.0.1:1", "http://127.0.0.1:1/"] {
            assert_eq!(base.parse::<BaseUrl>().unwrap().join("/a?b=c"), "http://127.0.0.1:1/a?b=c");
        }
        assert_eq!("https://m.example/mirror".parse::<BaseUrl>().unwrap().join("a"), "https://m.example/mirror/a");
    }
}
