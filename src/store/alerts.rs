//! What was told of conjunctions, by which rule, and how the rules' ways out do.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rusqlite::{Row, params};

use super::conjunctions::{Event, events};
use super::instant::Micros;
use super::row::{Fields, word};
use super::runs::{RunChoice, RunKind, chosen};
use super::{Store, StoreError};
use crate::ssa::conjunction::alert::{Figures, News};
use crate::ssa::probability::Verdict;

/// What a rule told last of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The event.
    pub conjunction_id: i64,
    /// Messages so far, this one among them.
    pub messages: u32,
    /// What was told.
    pub news: News,
    /// When, by the clock of the run.
    pub told_at: DateTime<Utc>,
    /// The worst figures told since the event was new.
    pub worst: Figures,
}

/// A message of the past, for people.
#[derive(Clone, Debug, PartialEq)]
pub struct PastAlert {
    /// The rule.
    pub rule: String,
    /// What it told.
    pub told: Told,
    /// Names of the two objects.
    pub names: [String; 2],
    /// Time of closest approach as known now.
    pub tca: DateTime<Utc>,
}

/// The last attempt of a rule's way out.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The rule.
    pub rule: String,
    /// When it was tried last.
    pub tried_at: DateTime<Utc>,
    /// When it was last good.
    pub sent_at: Option<DateTime<Utc>>,
    /// Failures in a row, up to the last attempt.
    pub failures: u32,
    /// Why it failed, empty where it did not.
    pub reason: String,
}

const COLUMNS: &str = "conjunction_id, messages, news, told_at, verdict, pc";

impl Store {
    /// The events that a rule may have to tell of: those of the latest screening, and those told and not cleared.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn alert_events(&self) -> Result<Vec<(i64, Event)>, StoreError> {
        self.read("reading conjunctions for alerts", |connection| {
            let run = chosen(connection, RunChoice::Latest, RunKind::Screening)?.map_or(-1, |run| run.0);
            let wanted = "run_id = ?1 OR id IN (SELECT conjunction_id FROM alert WHERE news <> 'cleared')";
            Ok(events(connection, wanted, params![run])?)
        })
    }

    /// What a rule told last of each event.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn told(&self, rule: &str) -> Result<HashMap<i64, Told>, StoreError> {
        self.read("reading past alerts", |connection| {
            let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM alert WHERE rule = ?"))?;
            let rows = statement.query_map([rule], |row| read(&mut Fields::of(row)))?;
            rows.map(|told| told.map(|told| (told.conjunction_id, told)).map_err(Into::into)).collect()
        })
    }

    /// Writes down that a rule's messages have gone out.
    ///
    /// # Errors
    /// An error of the disk; an event that is not in the database.
    pub fn put_told(&mut self, rule: &str, at: DateTime<Utc>, told: &[Told]) -> Result<(), StoreError> {
        self.write("writing alerts", |transaction| {
            let mut statement = transaction.prepare(
                "INSERT INTO alert (rule, conjunction_id, messages, news, told_at, verdict, pc) \
                 VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (rule, conjunction_id) DO UPDATE SET \
                 messages = excluded.messages, news = excluded.news, told_at = excluded.told_at, \
                 verdict = excluded.verdict, pc = excluded.pc",
            )?;
            for told in told {
                statement.execute(params![
                    rule,
                    told.conjunction_id,
                    told.messages,
                    told.news.as_str(),
                    Micros(told.told_at),
                    told.worst.verdict.map(Verdict::as_str),
                    told.worst.pc
                ])?;
            }
            let good = "INSERT INTO alert_rule VALUES (?1, ?2, ?2, 0, '') ON CONFLICT (rule) DO UPDATE SET \
                        tried_at = ?2, sent_at = ?2, failures = 0, reason = ''";
            transaction.execute(good, params![rule, Micros(at)])?;
            Ok(())
        })
    }

    /// Writes down that a rule's messages have not gone out.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn put_failure(&mut self, rule: &str, at: DateTime<Utc>, reason: &str) -> Result<(), StoreError> {
        self.write("writing that an alert failed", |transaction| {
            let failed = "INSERT INTO alert_rule VALUES (?1, ?2, NULL, 1, ?3) ON CONFLICT (rule) DO UPDATE SET \
                          tried_at = ?2, failures = failures + 1, reason = ?3";
            transaction.execute(failed, params![rule, Micros(at), reason])?;
            Ok(())
        })
    }

    /// The messages told last, the latest first.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn last_alerts(&self, most: u32) -> Result<Vec<PastAlert>, StoreError> {
        self.read("reading past alerts", |connection| {
            let mut statement = connection.prepare(
                "SELECT a.rule, c.primary_name, c.secondary_name, c.tca, a.conjunction_id, a.messages, a.news, a.told_at, \
                 a.verdict, a.pc FROM alert a JOIN conjunction c ON c.id = a.conjunction_id \
                 ORDER BY a.told_at DESC, a.id DESC LIMIT ?",
            )?;
            let rows = statement.query_map([most], |row| {
                let mut fields = Fields::of(row);
                Ok(PastAlert {
                    rule: fields.take()?,
                    names: [fields.take()?, fields.take()?],
                    tca: fields.take::<Micros>()?.0,
                    told: read(&mut fields)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }

    /// The last attempts of all rules that ever had something to tell, by name.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn alert_attempts(&self) -> Result<Vec<Attempt>, StoreError> {
        self.read("reading past alerts", |connection| {
            let sql = "SELECT rule, tried_at, sent_at, failures, reason FROM alert_rule ORDER BY rule";
            let mut statement = connection.prepare(sql)?;
            let rows = statement.query_map([], attempt)?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }
}

/// The fields of [`COLUMNS`].
fn read(fields: &mut Fields<'_>) -> rusqlite::Result<Told> {
    Ok(Told {
        conjunction_id: fields.take()?,
        messages: fields.take()?,
        news: word(fields, News::ALL, News::as_str)?,
        told_at: fields.take::<Micros>()?.0,
        worst: Figures {
            verdict: {
                let verdict: Option<String> = fields.take()?;
                verdict.and_then(|word| Verdict::ALL.into_iter().find(|verdict| verdict.as_str() == word))
            },
            pc: fields.take()?,
        },
    })
}

fn attempt(row: &Row<'_>) -> rusqlite::Result<Attempt> {
    let mut fields = Fields::of(row);
    Ok(Attempt {
        rule: fields.take()?,
        tried_at: fields.take::<Micros>()?.0,
        sent_at: fields.take::<Option<Micros>>()?.map(|at| at.0),
        failures: fields.take()?,
        reason: fields.take()?,
    })
}
