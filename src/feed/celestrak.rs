//! CelesTrak: its questions, and what its answers are before any record of them is read.
//!
//! The addresses, the groups and the words of its refusals are those of its documentation of GP queries and of its
//! usage policy. Elements are always asked for as CSV: a TLE has no room for catalogue numbers from 100000 on.

use url::form_urlencoded::byte_serialize;

use super::query::{Feed, Kind, Query};
use crate::format::{Foreign, Kind as Content, detect};

/// The element sets of a group: `active`, `stations`.
#[must_use]
pub fn group(name: &str) -> Query {
    elements(Kind::Gp, "/NORAD/elements/gp.php", "GROUP", name)
}

/// The group that a query asks for, if it asks for one.
#[must_use]
pub fn group_of(query: &Query) -> Option<&str> {
    let name = (query.feed == Feed::CelesTrak && query.kind == Kind::Gp).then_some(query.name.as_str())?;
    name.strip_prefix("gp GROUP=")
}

/// The element set of one object, by its catalogue number.
#[must_use]
pub fn object(norad_id: u32) -> Query {
    elements(Kind::Gp, "/NORAD/elements/gp.php", "CATNR", &norad_id.to_string())
}

/// Supplemental element sets: `starlink` is the file of that name, `SOURCE=SpaceX-E` is taken as it stands.
#[must_use]
pub fn supplemental(query: &str) -> Query {
    let (key, value) = query.split_once('=').unwrap_or(("FILE", query));
    elements(Kind::Supplemental, "/NORAD/elements/supplemental/sup-gp.php", key, value)
}

/// The whole satellite catalogue.
#[must_use]
pub fn satcat() -> Query {
    whole(Kind::Satcat, "/pub/satcat.csv")
}

/// Earth orientation of the last five years and the predictions; the policy asks not to fetch sixty years each time.
#[must_use]
pub fn earth_orientation() -> Query {
    whole(Kind::EarthOrientation, "/SpaceData/EOP-Last5Years.csv")
}

fn elements(kind: Kind, page: &str, key: &str, value: &str) -> Query {
    let key = key.to_ascii_uppercase();
    let escaped: String = byte_serialize(value.as_bytes()).collect();
    let escaped_key: String = byte_serialize(key.as_bytes()).collect();
    Query {
        feed: Feed::CelesTrak,
        kind,
        name: format!("{kind} {key}={value}"),
        path: format!("{page}?{escaped_key}={escaped}&FORMAT=csv"),
    }
}

fn whole(kind: Kind, path: &str) -> Query {
    Query { feed: Feed::CelesTrak, kind, name: kind.as_str().to_owned(), path: path.to_owned() }
}

/// What a body is, by its beginning: a text in the place of data is never read as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The kind of data that was asked for; its records are another reader's work.
    Data,
    /// "GP data has not updated since your last successful download …": the data held are the latest.
    NotUpdated(String),
    /// "No GP data found": the source knows nothing for this question.
    NoData(String),
    /// Anything else: a page, a policy text, nothing, or data of another kind; says what.
    NotData(String),
}

/// Tells what an unpacked body is that answers a question of a kind; Space-Track's JSON counts as data here too.
#[must_use]
pub fn body(kind: Kind, unpacked: &[u8]) -> Body {
    // White space of any kind and number stands between the words of a refusal.
    let start = String::from_utf8_lossy(&unpacked[..unpacked.len().min(REFUSAL_BYTES)]);
    let words = start.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = words.to_ascii_lowercase();
    let content = detect(unpacked);
    let is_asked = matches!(
        (&content, kind),
        (Content::Elements(_), Kind::Gp | Kind::Supplemental)
            | (Content::SatcatCsv | Content::SatcatJson, Kind::Satcat)
            | (Content::EarthOrientationCsv | Content::EarthOrientationFinals, Kind::EarthOrientation)
            | (Content::CdmPublic, Kind::CdmPublic)
    );
    if is_asked {
        return Body::Data;
    }
    let is_text = !words.starts_with('<');
    if is_text && lower.contains("data has not updated since") {
        return Body::NotUpdated(quoted(&words));
    }
    if is_text && (lower.starts_with("no gp data found") || lower.starts_with("no supgp data found")) || words == "[]" {
        return Body::NoData(quoted(&words));
    }
    Body::NotData(match content {
        Content::Foreign(Foreign::Empty) => "an empty answer".to_owned(),
        Content::Foreign(Foreign::Html) => format!("an HTML page in the place of data: \"{}\"", page_text(&words)),
        Content::Foreign(_) => format!("a text in the place of data: \"{}\"", quoted(&words)),
        other => format!("{} where {kind} was asked for", other.as_str()),
    })
}

/// A refusal is told by its beginning.
const REFUSAL_BYTES: usize = 4 << 10;

/// Characters of an answer that a message repeats.
const QUOTED_CHARS: usize = 200;

/// What people read of a text: one line, printable, not long.
pub(super) fn quoted(words: &str) -> String {
    words.chars().filter(|character| !character.is_control()).take(QUOTED_CHARS).collect::<String>().trim().to_owned()
}

/// The words of an HTML page, without its tags.
fn page_text(page: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for character in page.chars() {
        match character {
            '<' => is_tag = true,
            '>' => {
                is_tag = false;
                text.push(' ');
            }
            _ if !is_tag => text.push(character),
            _ => {}
        }
    }
    quoted(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::{Body, body, earth_orientation, group, group_of, object, satcat, supplemental};
    use crate::feed::query::Kind;

    #[test]
    fn questions_are_those_of_the_documentation() {
        for (query, name, path) in [
            (group("active"), "gp GROUP=active", "/NORAD/elements/gp.php?GROUP=active&FORMAT=csv"),
            (object(25_544), "gp CATNR=25544", "/NORAD/elements/gp.php?CATNR=25544&FORMAT=csv"),
            (
                supplemental("starlink"),
                "supplemental FILE=starlink",
                "/NORAD/elements/supplemental/sup-gp.php?FILE=starlink&FORMAT=csv",
            ),
            (
                supplemental("SOURCE=SpaceX-E"),
                "supplemental SOURCE=SpaceX-E",
                "/NORAD/elements/supplemental/sup-gp.php?SOURCE=SpaceX-E&FORMAT=csv",
            ),
            (satcat(), "satcat", "/pub/satcat.csv"),
            (earth_orientation(), "eop", "/SpaceData/EOP-Last5Years.csv"),
        ] {
            assert_eq!((query.name.as_str(), query.path.as_str()), (name, path));
        }
        assert_eq!(group_of(&group("active")), Some("active"));
        assert_eq!([object(5), supplemental("starlink"), satcat()].iter().find_map(group_of), None);
        assert_eq!(group("a&b c#d").path, "/NORAD/elements/gp.php?GROUP=a%26b+c%23d&FORMAT=csv");
    }

    #[test]
    fn refusals_are_understood_however_they_are_spaced() {
        for text in [
            "GP data has not updated since your last successful download of GROUP=active at 2026-11-22 08:00:00 UTC.\n\
             Data is updated once every 2 hours.",
            "gp  data has\r\nnot updated since YOUR last successful download",
            "\u{feff} SupGP data has not updated since your last successful download",
        ] {
            assert!(matches!(body(Kind::Gp, text.as_bytes()), Body::NotUpdated(_)), "{text}");
        }
        for text in ["No GP data found", "no gp  data\tfound\r\n", "No SupGP data found"] {
            assert!(matches!(body(Kind::Gp, text.as_bytes()), Body::NoData(_)), "{text}");
        }
        assert!(matches!(body(Kind::Gp, b"[]"), Body::NoData(_)));
    }

    #[test]
    fn what_is_no_data_says_what_it_is() {
        let page = b"<!DOCTYPE html>\n<html><head><title>Log in</title></head><body>Hotel network</body></html>";
        for (bytes, what) in [
            (&page[..], "an HTML page in the place of data: \"Log in Hotel network\""),
            (b"", "an empty answer"),
            (b" \r\n", "an empty answer"),
            (b"Please read the usage policy", "a text in the place of data: \"Please read the usage policy\""),
            (b"{\"error\":\"x\"}", "a text in the place of data: \"{\"error\":\"x\"}\""),
        ] {
            assert_eq!(body(Kind::Gp, bytes), Body::NotData(what.to_owned()));
        }
        // A page about a refusal is a page.
        let page = b"<html>GP data has not updated since your last successful download</html>";
        assert!(matches!(body(Kind::Gp, page), Body::NotData(_)));
    }

    #[test]
    fn data_is_what_was_asked_for() {
        let elements = b"OBJECT_NAME,OBJECT_ID,EPOCH,MEAN_MOTION,ECCENTRICITY\n";
        let satcat = b"OBJECT_NAME,OBJECT_ID,NORAD_CAT_ID,OBJECT_TYPE,OPS_STATUS_CODE\n";
        let eop = b"DATE,MJD,X,Y,UT1-UTC,LOD\n";
        for (kind, bytes) in [
            (Kind::Gp, &elements[..]),
            (Kind::Supplemental, elements),
            (Kind::Satcat, satcat),
            (Kind::EarthOrientation, eop),
            (Kind::CdmPublic, b"[{\"CDM_ID\":\"1\"}]"),
        ] {
            assert_eq!(body(kind, bytes), Body::Data, "{kind}");
        }
        assert_eq!(
            body(Kind::Gp, satcat),
            Body::NotData("a satellite catalogue (SATCAT) where gp was asked for".to_owned())
        );
        assert!(matches!(body(Kind::CdmPublic, elements), Body::NotData(_)));
    }
}
