//! What the watch reports: one object, one finding, with its evidence.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use super::decay::Decay;
use super::manoeuvre::{Judgement, Manoeuvre};
use crate::astro::elements::NoradId;

/// Sorts of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The orbit was changed.
    Manoeuvre,
    /// The orbit ends within a month, or has ended.
    Decay,
    /// The object was not in the catalogue before.
    New,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Manoeuvre, Self::Decay, Self::New];

    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manoeuvre => "manoeuvre",
            Self::Decay => "decay",
            Self::New => "new",
        }
    }
}

/// How a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// A manoeuvre that the newest set still shows, after sets that agree.
    Ongoing,
    /// A manoeuvre with sets on both sides that agree with it.
    Confirmed,
    /// A manoeuvre that a single set shows so far.
    Unconfirmed,
    /// A decay to come.
    Predicted,
    /// A decay whose latest time has passed without a new set or a word of the satellite catalogue.
    Overdue,
    /// A decay that the satellite catalogue dates.
    Decayed,
    /// A new object.
    Seen,
    /// Later sets did not bear it out.
    Withdrawn,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Ongoing,
        Self::Confirmed,
        Self::Unconfirmed,
        Self::Predicted,
        Self::Overdue,
        Self::Decayed,
        Self::Seen,
        Self::Withdrawn,
    ];

    /// The word for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ongoing => "ongoing",
            Self::Confirmed => "confirmed",
            Self::Unconfirmed => "unconfirmed",
            Self::Predicted => "predicted",
            Self::Overdue => "overdue",
            Self::Decayed => "decayed",
            Self::Seen => "seen",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Whose finding it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Catalogue number.
    pub norad_id: NoradId,
    /// Name.
    pub name: String,
    /// The satellite catalogue's code of the owner; empty where unknown.
    pub owner: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchEvent {
    /// Whose.
    pub subject: Subject,
    /// What.
    pub kind: Kind,
    /// How it stands.
    pub state: State,
    /// A manoeuvre: epoch of the last set before it. A decay: epoch of the newest set. A new object: its first epoch.
    pub start: DateTime<Utc>,
    /// A manoeuvre: epoch of the first set after it. A decay: its end. A new object: its first epoch.
    pub end: DateTime<Utc>,
    /// What a manoeuvre did to the orbit; empty for other kinds.
    pub pattern: String,
    /// Least change of speed along the track, m/s, positive raises.
    pub along_track_m_s: Option<f64>,
    /// Least change of speed across the plane, m/s; none where the plane did not turn beyond its noise.
    pub cross_track_m_s: Option<f64>,
    /// How far it stands out of the noise, standard deviations.
    pub sigma: Option<f64>,
    /// A decay is hardly earlier.
    pub earliest: Option<DateTime<Utc>>,
    /// A decay is hardly later.
    pub latest: Option<DateTime<Utc>>,
    /// What it rests on, units in the names.
    pub evidence: Value,
}

impl WatchEvent {
    /// A manoeuvre out of an object's judgement.
    #[must_use]
    pub fn manoeuvre(subject: Subject, manoeuvre: &Manoeuvre, judgement: &Judgement) -> Self {
        let state = match (manoeuvre.confirmed, manoeuvre.ongoing) {
            (true, true) => State::Ongoing,
            (true, false) => State::Confirmed,
            (false, _) => State::Unconfirmed,
        };
        let evidence = json!({
            "semi_major_change_km": rounded(manoeuvre.semi_major_change_km, 4),
            "inclination_change_deg": rounded(manoeuvre.inclination_change_deg, 5),
            "steps": manoeuvre.steps,
            "noise": if manoeuvre.own_noise { "own" } else { "class" },
            "along_track_noise_m_s": rounded(manoeuvre.noise.along_track_m_s, 5),
            "cross_track_noise_m_s": rounded(manoeuvre.noise.cross_track_m_s, 3),
            "history_steps": judgement.steps,
            "history_days": rounded(judgement.days, 2),
            "outliers": judgement.outliers.len(),
        });
        Self {
            subject,
            kind: Kind::Manoeuvre,
            state,
            start: manoeuvre.start,
            end: manoeuvre.end,
            pattern: manoeuvre.pattern.as_str().to_owned(),
            along_track_m_s: Some(manoeuvre.along_track_m_s),
            cross_track_m_s: manoeuvre.cross_track_m_s,
            sigma: Some(manoeuvre.sigma),
            earliest: None,
            latest: None,
            evidence,
        }
    }

    /// A decay to come.
    #[must_use]
    pub fn decay(subject: Subject, decay: &Decay) -> Self {
        let evidence = json!({
            "basis": decay.basis.as_str(),
            "base_days": rounded(decay.base_days, 2),
            "perigee_km": rounded(decay.perigee_km, 1),
            "apogee_km": rounded(decay.apogee_km, 1),
            "mean_motion_rev_day": rounded(decay.mean_motion_rev_day, 6),
            "mean_motion_rate_rev_day2": rounded(decay.mean_motion_rate_rev_day2, 8),
        });
        Self {
            state: State::Predicted,
            earliest: Some(decay.earliest),
            latest: Some(decay.latest),
            evidence,
            ..Self::plain(subject, Kind::Decay, decay.epoch, decay.end)
        }
    }

    /// A decay that the satellite catalogue dates, with the epoch of the object's newest set.
    #[must_use]
    pub fn decayed(subject: Subject, newest: DateTime<Utc>, date: NaiveDate) -> Self {
        let end = date.and_time(chrono::NaiveTime::MIN).and_utc();
        Self {
            state: State::Decayed,
            evidence: json!({ "basis": "satcat", "decay_date": date.to_string() }),
            ..Self::plain(subject, Kind::Decay, newest.min(end), end)
        }
    }

    /// A new object, with what tells that it is one.
    #[must_use]
    pub fn new_object(subject: Subject, first_epoch: DateTime<Utc>, evidence: Value) -> Self {
        Self { state: State::Seen, evidence, ..Self::plain(subject, Kind::New, first_epoch, first_epoch) }
    }

    fn plain(subject: Subject, kind: Kind, start: DateTime<Utc>, end: DateTime<Utc>) -> Self {
        Self {
            subject,
            kind,
            state: State::Seen,
            start,
            end,
            pattern: String::new(),
            along_track_m_s: None,
            cross_track_m_s: None,
            sigma: None,
            earliest: None,
            latest: None,
            evidence: Value::Null,
        }
    }
}

/// A number with so many decimals: more would only tell of the last bits.
fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}
