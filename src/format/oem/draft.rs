//! A message as it is being read, line by line or element by element.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::message::{Oem, OemCovariance, OemFrame, OemSegment, OemState};
use super::time::TimeSystem;
use crate::format::epoch;
use crate::format::fault::Fault;
use crate::format::omm::parse_number;
use crate::format::omm::write::printable;
use crate::format::refusal::clean_text;

/// Keywords of header and metadata that are read, each in one of the two only.
const TEXTS: [&str; 14] = [
    "CREATION_DATE",
    "ORIGINATOR",
    "MESSAGE_ID",
    "OBJECT_NAME",
    "OBJECT_ID",
    "CENTER_NAME",
    "REF_FRAME",
    "TIME_SYSTEM",
    "START_TIME",
    "USEABLE_START_TIME",
    "USEABLE_STOP_TIME",
    "STOP_TIME",
    "INTERPOLATION",
    "INTERPOLATION_DEGREE",
];

/// Distances from the Earth's centre, in km, that a state can have: a file in metres lies beyond.
const DISTANCES_KM: std::ops::RangeInclusive<f64> = 6000.0..=1e6;

/// The fields of a state after its epoch.
pub(super) const STATE: [(&str, &str); 9] = [
    ("X", "km"),
    ("Y", "km"),
    ("Z", "km"),
    ("X_DOT", "km/s"),
    ("Y_DOT", "km/s"),
    ("Z_DOT", "km/s"),
    ("X_DDOT", "km/s**2"),
    ("Y_DDOT", "km/s**2"),
    ("Z_DDOT", "km/s**2"),
];

/// The terms of a covariance by rows of its lower triangle.
pub(super) const TERMS: [(&str, &str); 21] = [
    ("CX_X", "km**2"),
    ("CY_X", "km**2"),
    ("CY_Y", "km**2"),
    ("CZ_X", "km**2"),
    ("CZ_Y", "km**2"),
    ("CZ_Z", "km**2"),
    ("CX_DOT_X", "km**2/s"),
    ("CX_DOT_Y", "km**2/s"),
    ("CX_DOT_Z", "km**2/s"),
    ("CX_DOT_X_DOT", "km**2/s**2"),
    ("CY_DOT_X", "km**2/s"),
    ("CY_DOT_Y", "km**2/s"),
    ("CY_DOT_Z", "km**2/s"),
    ("CY_DOT_X_DOT", "km**2/s**2"),
    ("CY_DOT_Y_DOT", "km**2/s**2"),
    ("CZ_DOT_X", "km**2/s"),
    ("CZ_DOT_Y", "km**2/s"),
    ("CZ_DOT_Z", "km**2/s"),
    ("CZ_DOT_X_DOT", "km**2/s**2"),
    ("CZ_DOT_Y_DOT", "km**2/s**2"),
    ("CZ_DOT_Z_DOT", "km**2/s**2"),
];

/// Keyword, text and line of each field.
#[derive(Default)]
struct Texts(BTreeMap<&'static str, (String, usize)>);

impl Texts {
    fn put(&mut self, key: &str, text: &str, line: usize) -> Result<(), Fault> {
        let Some(known) = TEXTS.into_iter().find(|known| *known == key) else {
            return Ok(());
        };
        match self.0.insert(known, (text.trim().to_owned(), line)) {
            Some(_) => Err(Fault::field(known, text, "stands twice").on_line(line)),
            None => Ok(()),
        }
    }

    fn optional(&self, key: &'static str) -> Option<(&str, usize)> {
        self.0.get(key).map(|(text, line)| (text.as_str(), *line)).filter(|(text, _)| !clean(text).is_empty())
    }

    fn get(&self, key: &'static str) -> Result<(&str, usize), Fault> {
        self.optional(key).ok_or_else(|| Fault::missing(key))
    }

    fn text(&self, key: &'static str) -> Result<String, Fault> {
        self.get(key).map(|(text, _)| clean(text))
    }

    fn time(&self, key: &'static str, system: TimeSystem) -> Result<DateTime<Utc>, Fault> {
        let (text, line) = self.get(key)?;
        instant(key, text, line, system)
    }

    fn optional_time(&self, key: &'static str, system: TimeSystem) -> Result<Option<DateTime<Utc>>, Fault> {
        self.optional(key).map(|(text, line)| instant(key, text, line, system)).transpose()
    }
}

fn instant(key: &'static str, text: &str, line: usize, system: TimeSystem) -> Result<DateTime<Utc>, Fault> {
    let time = epoch::parse_iso(text).and_then(|label| system.to_utc(label));
    time.map_err(|reason| Fault::field(key, text, reason).on_line(line))
}

/// A text as it is kept: without control characters, surrounding blanks and what is beyond a name's length.
fn clean(text: &str) -> String {
    clean_text(&printable(text))
}

/// A number of a field, in the standard's unit.
pub(super) fn number(key: &'static str, text: &str, line: usize) -> Result<f64, Fault> {
    parse_number(text).map_err(|reason| Fault::field(key, text, reason).on_line(line))
}

/// The message so far.
#[derive(Default)]
pub(super) struct Draft {
    header: Texts,
    comments: Vec<String>,
    open: Option<Segment>,
    done: Vec<OemSegment>,
}

/// The segment that is being read.
#[derive(Default)]
struct Segment {
    texts: Texts,
    system: Option<TimeSystem>,
    comments: Vec<String>,
    data_comments: Vec<String>,
    states: Vec<OemState>,
    covariances: Vec<OemCovariance>,
}

impl Draft {
    /// Puts a field of the header, or of the metadata where a segment is open.
    pub(super) fn put(&mut self, key: &str, text: &str, line: usize) -> Result<(), Fault> {
        let texts = self.open.as_mut().map_or(&mut self.header, |segment| &mut segment.texts);
        texts.put(key, text, line)
    }

    /// Puts a comment of the header, of the metadata, or of the data where it has begun.
    pub(super) fn put_comment(&mut self, comment: &str, is_data: bool) {
        let comments = match &mut self.open {
            None => &mut self.comments,
            Some(segment) if is_data => &mut segment.data_comments,
            Some(segment) => &mut segment.comments,
        };
        let comment = clean(comment);
        if !comment.is_empty() {
            comments.push(comment);
        }
    }

    /// Ends the segment that is open, and opens the next.
    pub(super) fn begin_segment(&mut self) -> Result<(), Fault> {
        self.end_segment()?;
        self.open = Some(Segment::default());
        Ok(())
    }

    pub(super) fn end_segment(&mut self) -> Result<(), Fault> {
        if let Some(segment) = self.open.take() {
            self.done.push(segment.finish()?);
        }
        Ok(())
    }

    /// Adds a state: six numbers, or nine with the acceleration.
    pub(super) fn push_state(&mut self, epoch: &str, numbers: &[f64], line: usize) -> Result<(), Fault> {
        let segment = self.segment(line)?;
        let epoch_utc = instant("EPOCH", epoch, line, segment.system()?)?;
        let (position_km, rest) = three(numbers, line)?;
        let (velocity_km_s, rest) = three(rest, line)?;
        let acceleration_km_s2 = if rest.is_empty() { None } else { Some(three(rest, line)?.0) };
        let distance_km = position_km.iter().fold(0.0, |sum: f64, part| sum.hypot(*part));
        if !DISTANCES_KM.contains(&distance_km) {
            let reason = format!("{distance_km} km from the Earth's centre: expected a position about the Earth in km");
            return Err(Fault::message(reason).on_line(line));
        }
        if segment.states.last().is_some_and(|last| last.epoch >= epoch_utc) {
            return Err(Fault::field("EPOCH", epoch, "not after the epoch before it").on_line(line));
        }
        segment.states.push(OemState { epoch: epoch_utc, position_km, velocity_km_s, acceleration_km_s2 });
        Ok(())
    }

    /// Leaves out the last state.
    pub(super) fn drop_last_state(&mut self) {
        if let Some(segment) = &mut self.open {
            segment.states.pop();
        }
    }

    /// Adds a covariance.
    pub(super) fn push_covariance(
        &mut self,
        epoch: &str,
        frame: Option<&str>,
        numbers: &[f64],
        line: usize,
    ) -> Result<(), Fault> {
        let segment = self.segment(line)?;
        let epoch_utc = instant("EPOCH", epoch, line, segment.system()?)?;
        let terms = <[f64; 21]>::try_from(numbers)
            .map_err(|_| Fault::message(format!("{} terms where a covariance has 21", numbers.len())).on_line(line))?;
        if segment.covariances.last().is_some_and(|last| last.epoch >= epoch_utc) {
            return Err(Fault::field("EPOCH", epoch, "not after the epoch before it").on_line(line));
        }
        let frame = frame.map(clean).filter(|frame| !frame.is_empty());
        segment.covariances.push(OemCovariance { epoch: epoch_utc, frame, terms });
        Ok(())
    }

    fn segment(&mut self, line: usize) -> Result<&mut Segment, Fault> {
        self.open.as_mut().ok_or_else(|| Fault::message("data before the metadata of a segment").on_line(line))
    }

    pub(super) fn finish(mut self) -> Result<Oem, Fault> {
        self.end_segment()?;
        if self.done.is_empty() {
            return Err(Fault::message("no segment: the message holds no trajectory"));
        }
        Ok(Oem {
            comments: self.comments,
            creation_date: self.header.time("CREATION_DATE", TimeSystem::Utc)?,
            originator: self.header.text("ORIGINATOR")?,
            message_id: self.header.optional("MESSAGE_ID").map(|(text, _)| clean(text)),
            segments: self.done,
        })
    }
}

fn three(numbers: &[f64], line: usize) -> Result<([f64; 3], &[f64]), Fault> {
    match numbers {
        [x, y, z, rest @ ..] => Ok(([*x, *y, *z], rest)),
        _ => Err(Fault::message("expected an epoch and 6 numbers, or 9 with the acceleration").on_line(line)),
    }
}

impl Segment {
    /// The time system, read once for all epochs.
    fn system(&mut self) -> Result<TimeSystem, Fault> {
        if let Some(system) = self.system {
            return Ok(system);
        }
        let (text, line) = self.texts.get("TIME_SYSTEM")?;
        let system = TimeSystem::find(text)
            .ok_or_else(|| Fault::field("TIME_SYSTEM", text, "only UTC, TAI, GPS and TT are read").on_line(line))?;
        self.system = Some(system);
        Ok(system)
    }

    fn finish(mut self) -> Result<OemSegment, Fault> {
        let system = self.system()?;
        let texts = &self.texts;
        let (center, line) = texts.get("CENTER_NAME")?;
        if !center.eq_ignore_ascii_case("EARTH") {
            return Err(Fault::field("CENTER_NAME", center, "only EARTH is read").on_line(line));
        }
        let (frame, line) = texts.get("REF_FRAME")?;
        let frame = OemFrame::find(frame).ok_or_else(|| {
            let reason = "only EME2000, GCRF, ICRF, ITRF and TEME are read: ask for one of them";
            Fault::field("REF_FRAME", frame, reason).on_line(line)
        })?;
        let (start_time, stop_time) = (texts.time("START_TIME", system)?, texts.time("STOP_TIME", system)?);
        if start_time > stop_time {
            let (text, line) = texts.get("STOP_TIME")?;
            return Err(Fault::field("STOP_TIME", text, "before START_TIME").on_line(line));
        }
        let degree = texts.optional("INTERPOLATION_DEGREE").map(|(text, line)| {
            let wrong = || Fault::field("INTERPOLATION_DEGREE", text, "no whole number from 0 on").on_line(line);
            text.parse().map_err(|_| wrong())
        });
        let segment = OemSegment {
            comments: self.comments,
            object_name: texts.text("OBJECT_NAME")?,
            object_id: texts.text("OBJECT_ID")?,
            frame,
            start_time,
            useable_start_time: texts.optional_time("USEABLE_START_TIME", system)?,
            useable_stop_time: texts.optional_time("USEABLE_STOP_TIME", system)?,
            stop_time,
            interpolation: texts.optional("INTERPOLATION").map(|(text, _)| clean(text)),
            interpolation_degree: degree.transpose()?,
            data_comments: self.data_comments,
            states: self.states,
            covariances: self.covariances,
        };
        if segment.states.is_empty() {
            return Err(Fault::message(format!("the segment of {} has no state", segment.object_name)));
        }
        Ok(segment)
    }
}
