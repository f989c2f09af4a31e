//! The texts of one message by keyword, and the plain data made of them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::fields::{self, Slot};
use super::keys::{self, COVARIANCE, DRAG, Group, KEYS, RELATIVE_STATE, SOLAR, Section, THRUST};
use super::message::{
    AdditionalParameters, Cdm, CdmObject, Covariance, CovarianceMethod, Maneuverable, OdParameters, RefFrame,
    RelativeState,
};
use crate::astro::elements::NoradId;
use crate::format::epoch;
use crate::format::fault::Fault;
use crate::format::omm::parse_number;
use crate::format::units::same_unit;

/// Texts of a message are cut at this many characters.
const MAX_TEXT_CHARS: usize = 1000;

/// The text of one field.
struct Given<'a> {
    text: Cow<'a, str>,
    line: Option<usize>,
}

/// The texts of one message. Objects are counted from 1 in the order in which they stand; 0 is the message itself.
#[derive(Default)]
pub(super) struct Record<'a> {
    given: BTreeMap<(usize, usize), Given<'a>>,
    units: BTreeMap<(usize, usize), Cow<'a, str>>,
    comments: BTreeMap<(usize, Section), Vec<String>>,
    fault: Option<Fault>,
    remarks: Vec<(usize, Cow<'a, str>, &'static str)>,
}

impl<'a> Record<'a> {
    /// Puts the value of a keyword of an object, or of the message whatever `object` is where the keyword stands once.
    pub(super) fn put(&mut self, object: usize, index: usize, text: Cow<'a, str>, line: Option<usize>) {
        let object = if KEYS[index].section <= Section::Relative { 0 } else { object };
        let given = Given { text, line };
        let reason = match object {
            0 if KEYS[index].section > Section::Relative => "stands before the first OBJECT",
            0..=2 if self.given.contains_key(&(object, index)) => "stands twice in one message",
            0..=2 => {
                self.given.insert((object, index), given);
                return;
            }
            _ => "belongs to a third object",
        };
        self.fault.get_or_insert_with(|| fault(index, &given, reason));
    }

    /// Puts the unit of a keyword.
    pub(super) fn put_unit(&mut self, object: usize, index: usize, unit: Cow<'a, str>) {
        let object = if KEYS[index].section <= Section::Relative { 0 } else { object };
        self.units.insert((object, index), unit);
    }

    pub(super) fn put_comment(&mut self, object: usize, section: Section, comment: &str) {
        let comment = clean(comment);
        if !comment.is_empty() {
            self.comments.entry((object, section)).or_default().push(comment);
        }
    }

    /// Notes that something beside a field was passed over.
    pub(super) fn remark(&mut self, index: usize, text: Cow<'a, str>, reason: &'static str) {
        self.remarks.push((index, text, reason));
    }

    /// Makes the plain data; with it what was passed over.
    pub(super) fn message(mut self) -> Result<(Cdm, Vec<Fault>), Fault> {
        let norad_id = self.norad_id();
        let identified = |fault: Fault| fault.of_object(norad_id);
        if let Some(fault) = self.fault.take() {
            return Err(identified(fault));
        }
        let mut remarks = Vec::new();
        let message = self.build(&mut remarks).map_err(identified)?;
        Ok((message, remarks.into_iter().map(identified).collect()))
    }

    fn build(&self, remarks: &mut Vec<Fault>) -> Result<Cdm, Fault> {
        for (index, text, reason) in &self.remarks {
            remarks.push(Fault::field(KEYS[*index].name, text, *reason));
        }
        let order = self.order()?;
        let blank = || CdmObject::new("", "", "", [0.0; 3], [0.0; 3]);
        let mut cdm = Cdm::new(DateTime::UNIX_EPOCH, "", "", DateTime::UNIX_EPOCH, 0.0, [blank(), blank()]);
        for (name, slot) in fields::of_message(&mut cdm) {
            self.fill(0, name, slot, remarks)?;
        }
        cdm.relative_state = self.group(0, RELATIVE_STATE, remarks).map(|[r, t, n, r_dot, t_dot, n_dot]| {
            RelativeState { position_m: [r, t, n], velocity_m_s: [r_dot, t_dot, n_dot] }
        });
        self.judge_ranges(&mut cdm, remarks)?;
        for (object, from) in cdm.objects.iter_mut().zip(order) {
            for (name, slot) in fields::of_object(object) {
                self.fill(from, name, slot, remarks)?;
            }
            object.covariance = self.group(from, COVARIANCE, remarks).map(|terms| Covariance {
                comments: Vec::new(),
                terms,
                drag: self.group(from, DRAG, remarks),
                solar: self.group(from, SOLAR, remarks),
                thrust: self.group(from, THRUST, remarks),
            });
            self.judge_center(from)?;
        }
        self.settle_comments(&mut cdm, order);
        Ok(cdm)
    }

    /// Puts each comment in its section; those of a section that says nothing else go to the metadata.
    fn settle_comments(&self, cdm: &mut Cdm, order: [usize; 2]) {
        for ((from, section), texts) in &self.comments {
            let index = order.iter().position(|place| place == from);
            let says_something = match (index, section) {
                (Some(index), Section::Od) => cdm.objects[index].od != OdParameters::default(),
                (Some(index), Section::Additional) => cdm.objects[index].additional != AdditionalParameters::default(),
                (Some(index), Section::Covariance) => cdm.objects[index].covariance.is_some(),
                _ => true,
            };
            let section = if says_something { *section } else { Section::Metadata };
            let object = index.map_or(0, |index| index + 1);
            if let Some(comments) = fields::comments(cdm, object, section) {
                comments.extend_from_slice(texts);
            }
        }
    }

    /// Which of the objects, in the order in which they stand, is the first of the message and which the second.
    fn order(&self) -> Result<[usize; 2], Fault> {
        let Some(index) = keys::find("OBJECT") else { return Ok([1, 2]) };
        let name = |object| self.get(object, index).map(|given| given.text.trim().to_ascii_uppercase());
        match (name(1).as_deref(), name(2).as_deref()) {
            // JSON may leave it to the prefix of the keys.
            (Some("OBJECT1") | None, Some("OBJECT2") | None) => Ok([1, 2]),
            (Some("OBJECT2"), Some("OBJECT1")) => Ok([2, 1]),
            _ => {
                let object = if matches!(name(1).as_deref(), Some("OBJECT1" | "OBJECT2")) { 2 } else { 1 };
                let reason = "expected OBJECT1 and OBJECT2, each once";
                let given = self.get(object, index);
                Err(given.map_or_else(|| missing(object, index), |given| fault(index, given, reason)))
            }
        }
    }

    /// The catalogue number of the object that stands first.
    fn norad_id(&self) -> Option<NoradId> {
        let given = self.get(1, keys::find("OBJECT_DESIGNATOR")?)?;
        given.text.trim().trim_start_matches('0').parse().ok()
    }

    /// A field that says something.
    fn get(&self, object: usize, index: usize) -> Option<&Given<'a>> {
        let is_visible = |character: char| !character.is_control() && !character.is_whitespace();
        self.given.get(&(object, index)).filter(|given| given.text.contains(is_visible))
    }

    fn fill(&self, object: usize, name: &str, slot: Slot<'_>, remarks: &mut Vec<Fault>) -> Result<(), Fault> {
        let Some(index) = keys::find(name) else { return Ok(()) };
        let given = self.get(object, index);
        let text = given.map(|given| given.text.trim()).unwrap_or_default();
        // Words with which numbers, times and flags are left open.
        let is_open = ["", "NAN", "N/A", "NONE", "NULL"].iter().any(|word| word.eq_ignore_ascii_case(text));
        let needed = || given.ok_or_else(|| missing(object, index));
        let offered = given.filter(|_| !is_open);
        match slot {
            Slot::Text(slot) => *slot = clean(&needed()?.text),
            Slot::OptionalText(slot) => *slot = given.map(|given| clean(&given.text)),
            Slot::Number(slot) => *slot = self.number(object, index, needed()?)?,
            Slot::OptionalNumber(slot) => {
                *slot = passed_over(offered.map(|given| self.number(object, index, given)), remarks);
            }
            Slot::OptionalCount(slot) => *slot = passed_over(offered.map(|given| count(index, given)), remarks),
            Slot::OptionalFlag(slot) => *slot = passed_over(offered.map(|given| flag(index, given)), remarks),
            Slot::Time(slot) => *slot = instant(index, needed()?)?,
            Slot::OptionalTime(slot) => *slot = passed_over(offered.map(|given| instant(index, given)), remarks),
            Slot::Method(slot) => *slot = word(index, needed()?, &METHODS)?,
            Slot::Maneuverable(slot) => *slot = word(index, needed()?, &MANEUVERABLE)?,
            Slot::Frame(slot) => *slot = frame(index, needed()?)?,
        }
        Ok(())
    }

    fn number(&self, object: usize, index: usize, given: &Given<'_>) -> Result<f64, Fault> {
        let standard = KEYS[index].unit.unwrap_or_default();
        if let Some(unit) = self.units.get(&(object, index)).filter(|unit| !unit.trim().is_empty())
            && !same_unit(unit, standard)
        {
            let shown: String = unit.trim().chars().take(20).flat_map(char::escape_default).collect();
            let standard = if standard.is_empty() { "none" } else { standard };
            let reason = format!("in the unit {shown}, where the standard has {standard}: ask the originator");
            return Err(fault(index, given, reason));
        }
        parse_number(given.text.trim()).map_err(|reason| fault(index, given, reason))
    }

    /// The numbers of a group: all of them, or none where one is missing.
    fn group<const N: usize>(&self, object: usize, group: Group, remarks: &mut Vec<Fault>) -> Option<[f64; N]> {
        let mut values = [0.0; N];
        if !group.indices().any(|index| self.get(object, index).is_some()) {
            return None;
        }
        for (value, index) in values.iter_mut().zip(group.indices()) {
            let number = match self.get(object, index) {
                Some(given) => self.number(object, index, given),
                None => Err(missing(object, index)),
            };
            match number {
                Ok(number) => *value = number,
                Err(fault) => {
                    let together = format!("; the {} fields from {} on count only together", group.count, group.first);
                    remarks.push(fault.because(&together));
                    return None;
                }
            }
        }
        Some(values)
    }

    fn judge_ranges(&self, cdm: &mut Cdm, remarks: &mut Vec<Fault>) -> Result<(), Fault> {
        let out_of_range = |name: &str, expected: &str| {
            let index = keys::find(name)?;
            let given = self.get(0, index)?;
            Some(fault(index, given, format!("out of range ({expected})")))
        };
        if cdm.miss_distance_m < 0.0
            && let Some(fault) = out_of_range("MISS_DISTANCE", "0 m or more")
        {
            return Err(fault);
        }
        if cdm.collision_probability.is_some_and(|probability| !(0.0..=1.0).contains(&probability)) {
            cdm.collision_probability = None;
            remarks.extend(out_of_range("COLLISION_PROBABILITY", "0 to 1"));
        }
        Ok(())
    }

    /// A state about another body is no state about the Earth.
    fn judge_center(&self, object: usize) -> Result<(), Fault> {
        let center = keys::find("ORBIT_CENTER").and_then(|index| Some((index, self.get(object, index)?)));
        match center {
            Some((index, given)) if !given.text.trim().eq_ignore_ascii_case("EARTH") => {
                Err(fault(index, given, "only EARTH is read"))
            }
            _ => Ok(()),
        }
    }
}

fn fault(index: usize, given: &Given<'_>, reason: impl Into<String>) -> Fault {
    Fault::field(KEYS[index].name, &given.text, reason).on_line(given.line)
}

fn missing(object: usize, index: usize) -> Fault {
    let fault = Fault::missing(KEYS[index].name);
    if object == 0 { fault } else { fault.because(&format!(" for object {object}")) }
}

/// An optional value; where it is no good, a remark and none.
fn passed_over<T>(value: Option<Result<T, Fault>>, remarks: &mut Vec<Fault>) -> Option<T> {
    value?.map_err(|fault| remarks.push(fault)).ok()
}

pub(super) const METHODS: [(&str, CovarianceMethod); 2] =
    [("CALCULATED", CovarianceMethod::Calculated), ("DEFAULT", CovarianceMethod::Default)];

pub(super) const MANEUVERABLE: [(&str, Maneuverable); 3] =
    [("YES", Maneuverable::Yes), ("NO", Maneuverable::No), ("N/A", Maneuverable::NotKnown)];

pub(super) const FRAMES: [(&str, RefFrame); 3] =
    [("EME2000", RefFrame::Eme2000), ("GCRF", RefFrame::Gcrf), ("ITRF", RefFrame::Itrf)];

fn word<T: Copy>(index: usize, given: &Given<'_>, words: &[(&str, T)]) -> Result<T, Fault> {
    let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(given.text.trim()));
    found.map(|(_, value)| *value).ok_or_else(|| {
        let expected: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        fault(index, given, format!("expected {}", expected.join(", ")))
    })
}

/// The frame; realisations of the terrestrial one (`ITRF2014`) differ by centimetres and are one here.
fn frame(index: usize, given: &Given<'_>) -> Result<RefFrame, Fault> {
    let is_terrestrial = given.text.trim().get(..4).is_some_and(|text| text.eq_ignore_ascii_case("ITRF"));
    if is_terrestrial { Ok(RefFrame::Itrf) } else { word(index, given, &FRAMES) }
}

fn flag(index: usize, given: &Given<'_>) -> Result<bool, Fault> {
    word(index, given, &[("YES", true), ("NO", false)])
}

fn count(index: usize, given: &Given<'_>) -> Result<u32, Fault> {
    let text = given.text.trim();
    let whole = text.strip_suffix(".0").unwrap_or(text);
    whole.parse().map_err(|_| fault(index, given, "no whole number from 0 on"))
}

fn instant(index: usize, given: &Given<'_>) -> Result<DateTime<Utc>, Fault> {
    epoch::parse_iso(&given.text).map_err(|reason| fault(index, given, reason))
}

/// A text without surrounding blanks and control characters.
fn clean(text: &str) -> String {
    let visible = |character: char| if character.is_control() { ' ' } else { character };
    let text: String = text.trim().chars().take(MAX_TEXT_CHARS).map(visible).collect();
    text.trim().to_owned()
}
