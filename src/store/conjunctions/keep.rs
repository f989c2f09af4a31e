//! What a run found, brought into the events that are known.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, Statement, params};

use super::super::error::Failure;
use super::super::instant::Micros;
use super::super::row::{Fields, count, placeholders, word};
use super::super::scope::{PairScope, Scope, has_elements};
use super::{COLUMNS, KINDS, verdict};
use crate::astro::elements::NoradId;
use crate::ssa::conjunction::history::{Known, LastLine, Pair, Vanished, is_worth_a_line, matched};
use crate::ssa::conjunction::{Conjunction, Kind};

/// An approach this near to an end of the window may have slipped out of it: it is not called vanished.
const SLIP: TimeDelta = TimeDelta::seconds(60);

/// An event as stored.
struct Stored {
    id: i64,
    kind: Kind,
    is_active: bool,
    /// The line of the history to come.
    ordinal: i64,
    /// The figures of its last line.
    last: Option<LastLine>,
}

/// Brings the events up to date with what a run found.
pub(in crate::store) fn keep(
    connection: &Connection,
    scope: &Scope,
    pairs: PairScope<'_>,
    found: &[Conjunction],
) -> Result<(), Failure> {
    let (stored, known) = load(connection, scope, found)?;
    let matches = matched(&known, found);
    let neighbours = Neighbours::new(&stored, &known, &matches);
    let mut writer = Writer::new(connection, scope)?;
    for (approach, old) in found.iter().zip(matches) {
        let old = match (old, approach.kind) {
            (None, Kind::Companion) => neighbours.open_within(approach),
            (None, Kind::Open) => {
                let stay = neighbours.companions.get(&approach.pair()).copied();
                stay.map(|index| writer.stays_at(stored[index].id, approach.tca).map(|stays| stays.then_some(index)))
                    .transpose()?
                    .flatten()
            }
            (old, _) => old,
        };
        match old.map(|index| &stored[index]) {
            // An encounter, or a pair that stays together, tells more than where it is at an end of the window.
            Some(old) if old.is_active && old.kind != Kind::Open && approach.kind == Kind::Open => {
                writer.touch(old.id)?;
            }
            Some(old) => writer.update(old, approach)?,
            None => writer.insert(connection, approach)?,
        }
    }
    if scope.screened { vanish(connection, scope, pairs) } else { Ok(()) }
}

/// The events that an approach of the run can be: those not over for longer than it could have moved, and every one that
/// is one a pair.
fn load(connection: &Connection, scope: &Scope, found: &[Conjunction]) -> Result<(Vec<Stored>, Vec<Known>), Failure> {
    let reach = found.iter().map(Conjunction::reach).max().unwrap_or_default();
    let first = found.iter().map(|approach| approach.tca).fold(scope.window.start, DateTime::min);
    let since = first.checked_sub_signed(reach).unwrap_or(DateTime::UNIX_EPOCH);
    let columns = "SELECT c.id, c.primary_id, c.secondary_id, c.kind, c.tca, c.status = 'active', \
                   coalesce(h.ordinal + 1, 0), h.tca, h.miss_km, h.pc, h.pc_max, h.verdict \
                   FROM conjunction c LEFT JOIN conjunction_history h ON h.conjunction_id = c.id AND h.ordinal = \
                   (SELECT max(ordinal) FROM conjunction_history WHERE conjunction_id = c.id)";
    let sql = format!(
        "{columns} WHERE c.over_at >= ?1 UNION ALL \
         {columns} WHERE c.kind IN ('companion', 'duplicate') AND c.over_at < ?1"
    );
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map([Micros(since)], |row| {
        let mut fields = Fields::of(row);
        let id = fields.take()?;
        let (one, other) = (fields.norad_id()?, fields.norad_id()?);
        let kind = word(&mut fields, KINDS, Kind::as_str)?;
        let tca = fields.take::<Micros>()?.0;
        let stored =
            Stored { id, kind, is_active: fields.take()?, ordinal: fields.take()?, last: last_line(&mut fields)? };
        Ok((stored, Known { pair: (one.min(other), one.max(other)), family: kind.family(), tca }))
    })?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().unzip())
}

/// Active events that another kind of approach may be: a pair that stays together, seen by an end of the window alone, is
/// open there.
struct Neighbours<'a> {
    /// The pairs that stay together.
    companions: HashMap<Pair, usize>,
    /// What is open at an end of a window, with its time, and is no approach of this run.
    opens: HashMap<Pair, Vec<(usize, &'a Known)>>,
}

impl<'a> Neighbours<'a> {
    fn new(stored: &[Stored], known: &'a [Known], matches: &[Option<usize>]) -> Self {
        let taken: HashSet<usize> = matches.iter().flatten().copied().collect();
        let mut neighbours = Self { companions: HashMap::new(), opens: HashMap::new() };
        for (index, (event, known)) in stored.iter().zip(known).enumerate().filter(|(_, (event, _))| event.is_active) {
            match event.kind {
                Kind::Companion => {
                    neighbours.companions.insert(known.pair, index);
                }
                Kind::Open if !taken.contains(&index) => {
                    neighbours.opens.entry(known.pair).or_default().push((index, known));
                }
                _ => {}
            }
        }
        neighbours
    }

    /// What was open and is now known as a stretch of a pair that stays together.
    fn open_within(&self, approach: &Conjunction) -> Option<usize> {
        let is_within = |known: &Known| {
            approach.spans.iter().any(|(start, end)| {
                let (early, late) = (known.tca.checked_add_signed(SLIP), known.tca.checked_sub_signed(SLIP));
                early.is_none_or(|early| *start <= early) && late.is_none_or(|late| late <= *end)
            })
        };
        self.opens.get(&approach.pair())?.iter().find(|(_, known)| is_within(known)).map(|(index, _)| *index)
    }
}

/// The figures of a line of the history; nothing where there is none.
fn last_line(fields: &mut Fields<'_>) -> rusqlite::Result<Option<LastLine>> {
    let at: Option<(Micros, f64)> = fields.take::<Option<Micros>>()?.zip(fields.take()?);
    let (pc, pc_max) = (fields.take()?, fields.take()?);
    let verdict = verdict(fields)?;
    Ok(at.map(|(tca, miss_km)| LastLine { tca: tca.0, miss_km, pc, pc_max, verdict }))
}

/// Writes events of one run, by statements prepared once.
struct Writer<'a> {
    scope: &'a Scope,
    touch: Statement<'a>,
    update: Statement<'a>,
    insert: Statement<'a>,
    line: Statement<'a>,
    span: Statement<'a>,
    no_span: Statement<'a>,
    stays_at: Statement<'a>,
}

impl<'a> Writer<'a> {
    fn new(connection: &'a Connection, scope: &'a Scope) -> rusqlite::Result<Self> {
        let update = format!(
            "UPDATE conjunction SET ({COLUMNS}) = ({}), last_seen_at = ?, over_at = ?, threshold_km = ?, \
             changed_at = coalesce(?, changed_at), status = 'active', vanished_at = NULL, vanished_why = NULL \
             WHERE id = ?",
            placeholders(COLUMNS)
        );
        let columns =
            format!("{COLUMNS}, last_seen_at, over_at, threshold_km, changed_at, first_run_id, first_seen_at");
        let insert =
            format!("INSERT INTO conjunction ({columns}, status) VALUES ({}, 'active')", placeholders(&columns));
        let line = "conjunction_id, ordinal, run_id, recorded_at, tca, miss_km, rel_speed_km_s, miss_r_km, miss_t_km, \
                    miss_n_km, primary_age_days, secondary_age_days, pc, pc_max, verdict";
        let line = format!("INSERT INTO conjunction_history ({line}) VALUES ({})", placeholders(line));
        Ok(Self {
            scope,
            touch: connection.prepare("UPDATE conjunction SET run_id = ?, last_seen_at = ? WHERE id = ?")?,
            update: connection.prepare(&update)?,
            insert: connection.prepare(&insert)?,
            line: connection.prepare(&line)?,
            span: connection.prepare("INSERT INTO conjunction_span VALUES (?, ?, ?, ?)")?,
            no_span: connection.prepare("DELETE FROM conjunction_span WHERE conjunction_id = ?")?,
            stays_at: connection.prepare(
                "SELECT EXISTS (SELECT 1 FROM conjunction_span WHERE conjunction_id = ?1 AND start <= ?2 AND end >= ?3)",
            )?,
        })
    }

    /// Whether a pair that stays together does so at a time.
    fn stays_at(&mut self, id: i64, time: DateTime<Utc>) -> rusqlite::Result<bool> {
        let (early, late) = (time.checked_add_signed(SLIP), time.checked_sub_signed(SLIP));
        let about = (Micros(early.unwrap_or(time)), Micros(late.unwrap_or(time)));
        self.stays_at.query_row(params![id, about.0, about.1], |row| row.get(0))
    }

    /// The run has seen the event, and knows nothing better of it.
    fn touch(&mut self, id: i64) -> rusqlite::Result<()> {
        self.touch.execute(params![self.scope.run.0, Micros(self.scope.seen_at), id]).map(|_| ())
    }

    fn update(&mut self, old: &Stored, approach: &Conjunction) -> rusqlite::Result<()> {
        let is_line = !old.is_active || old.last.as_ref().is_none_or(|last| is_worth_a_line(last, approach));
        let next = bind(&mut self.update, self.scope, approach)?;
        self.update.raw_bind_parameter(next, is_line.then_some(Micros(self.scope.seen_at)))?;
        self.update.raw_bind_parameter(next + 1, old.id)?;
        self.update.raw_execute()?;
        if old.kind == Kind::Companion {
            self.no_span.execute([old.id])?;
        }
        self.spans(old.id, approach)?;
        if is_line { self.line(old.id, old.ordinal, approach) } else { Ok(()) }
    }

    fn insert(&mut self, connection: &Connection, approach: &Conjunction) -> rusqlite::Result<()> {
        let next = bind(&mut self.insert, self.scope, approach)?;
        self.insert.raw_bind_parameter(next, Micros(self.scope.seen_at))?;
        self.insert.raw_bind_parameter(next + 1, self.scope.run.0)?;
        self.insert.raw_bind_parameter(next + 2, Micros(self.scope.seen_at))?;
        self.insert.raw_execute()?;
        let id = connection.last_insert_rowid();
        self.spans(id, approach)?;
        self.line(id, 0, approach)
    }

    fn spans(&mut self, id: i64, approach: &Conjunction) -> rusqlite::Result<()> {
        for (ordinal, (start, end)) in approach.spans.iter().enumerate() {
            self.span.execute(params![id, count(ordinal), Micros(*start), Micros(*end)])?;
        }
        Ok(())
    }

    fn line(&mut self, id: i64, ordinal: i64, approach: &Conjunction) -> rusqlite::Result<()> {
        let miss = &approach.miss_rtn_km;
        self.line.execute(params![
            id,
            ordinal,
            self.scope.run.0,
            Micros(self.scope.seen_at),
            Micros(approach.tca),
            approach.miss_km,
            approach.rel_speed_km_s,
            miss.x,
            miss.y,
            miss.z,
            approach.primary_age_days,
            approach.secondary_age_days,
            approach.assessment.as_ref().and_then(|assessment| assessment.pc),
            approach.assessment.as_ref().and_then(|assessment| assessment.pc_max),
            approach.assessment.as_ref().map(|assessment| assessment.verdict.as_str())
        ])?;
        Ok(())
    }
}

/// Binds [`COLUMNS`], then when it was seen, when it is over, and the run's threshold. Returns the number of the next
/// parameter.
fn bind(statement: &mut Statement<'_>, scope: &Scope, approach: &Conjunction) -> rusqlite::Result<usize> {
    let mut next = 0;
    let mut put = |value: &dyn rusqlite::ToSql| {
        next += 1;
        statement.raw_bind_parameter(next, value)
    };
    put(&scope.run.0)?;
    put(&approach.primary_id.get())?;
    put(&approach.primary_name)?;
    put(&approach.secondary_id.get())?;
    put(&approach.secondary_name)?;
    put(&approach.kind.as_str())?;
    put(&Micros(approach.tca))?;
    put(&approach.miss_km)?;
    put(&approach.rel_speed_km_s)?;
    for component in &approach.miss_rtn_km {
        put(component)?;
    }
    put(&approach.primary_age_days)?;
    put(&approach.secondary_age_days)?;
    put(&approach.primary_stale)?;
    put(&approach.secondary_stale)?;
    for state in [&approach.primary_state, &approach.secondary_state] {
        for component in state.position_km.iter().chain(&state.velocity_km_s) {
            put(component)?;
        }
    }
    let assessment = approach.assessment.as_deref();
    put(&assessment.and_then(|assessment| assessment.pc))?;
    put(&assessment.map(|assessment| &assessment.pc_method))?;
    put(&assessment.map(|assessment| &assessment.covariance_source))?;
    put(&assessment.and_then(|assessment| assessment.pc_max))?;
    put(&assessment.and_then(|assessment| assessment.pc_max_scale))?;
    put(&assessment.and_then(|assessment| assessment.pc_max_socrates))?;
    put(&assessment.and_then(|assessment| assessment.dilution_km))?;
    put(&assessment.map(|assessment| assessment.hbr_m))?;
    put(&assessment.map(|assessment| &assessment.hbr_source))?;
    put(&assessment.map(|assessment| assessment.is_curved))?;
    put(&assessment.map(|assessment| assessment.verdict.as_str()))?;
    put(&Micros(scope.seen_at))?;
    put(&Micros(approach.over_at(scope.window.end)))?;
    put(&scope.threshold_km)?;
    Ok(next + 1)
}

/// Marks the events that the run should have seen and did not, and those to come of objects that have no element set any
/// more.
///
/// It should have seen what lies in its window, at a threshold that is not less than the one the event was found with,
/// between objects that it was about, unless it dropped one of them or left out the pair.
fn vanish(connection: &Connection, scope: &Scope, pairs: PairScope<'_>) -> Result<(), Failure> {
    let has_elements = format!("SELECT {}", has_elements(connection, "?1")?);
    let mut has_elements = connection.prepare(&has_elements)?;
    let mut known: HashMap<NoradId, bool> = HashMap::new();
    let mut is_known = |id: NoradId| -> rusqlite::Result<bool> {
        if let Some(&answer) = known.get(&id) {
            return Ok(answer);
        }
        let answer = has_elements.query_row([id.get()], |row| row.get(0))?;
        known.insert(id, answer);
        Ok(answer)
    };
    for unseen in unseen(connection, scope)? {
        let [one, other] = unseen.objects;
        let both_known = is_known(one)? && is_known(other)?;
        let is_in_scope = unseen.is_in_scope && pairs.covers((one.min(other), one.max(other)));
        let why = match (both_known, is_in_scope) {
            (false, _) => Vanished::NoElementSets,
            (true, true) if !unseen.objects.iter().any(|id| scope.dropped.contains(id)) => Vanished::MovedApart,
            (true, _) => continue,
        };
        let mark = "UPDATE conjunction SET status = 'vanished', vanished_at = ?2, vanished_why = ?3, changed_at = ?2 \
                    WHERE id = ?1";
        connection.prepare_cached(mark)?.execute(params![unseen.id, Micros(scope.seen_at), why.as_str()])?;
        let line = "INSERT INTO conjunction_history \
                    SELECT conjunction_id, ordinal + 1, ?2, ?3, ?4, tca, miss_km, rel_speed_km_s, miss_r_km, miss_t_km, \
                    miss_n_km, primary_age_days, secondary_age_days, pc, pc_max, verdict \
                    FROM conjunction_history WHERE conjunction_id = ?1 ORDER BY ordinal DESC LIMIT 1";
        connection.prepare_cached(line)?.execute(params![
            unseen.id,
            scope.run.0,
            Micros(scope.seen_at),
            why.as_str()
        ])?;
    }
    Ok(())
}

/// An active event to come that the run has not seen.
struct Unseen {
    id: i64,
    objects: [NoradId; 2],
    /// Whether the window and the threshold take it in.
    is_in_scope: bool,
}

fn unseen(connection: &Connection, scope: &Scope) -> rusqlite::Result<Vec<Unseen>> {
    let sql = "SELECT c.id, c.primary_id, c.secondary_id, coalesce(c.threshold_km <= ?2, FALSE) AND CASE c.kind \
               WHEN 'companion' THEN EXISTS \
                   (SELECT 1 FROM conjunction_span s WHERE s.conjunction_id = c.id AND s.end >= ?3 AND s.start <= ?4) \
               WHEN 'duplicate' THEN c.over_at >= ?3 AND c.tca <= ?4 \
               ELSE c.tca >= ?3 AND c.tca <= ?4 END \
               FROM conjunction c WHERE c.over_at >= ?5 AND c.status = 'active' AND c.run_id <> ?1";
    let window = &scope.window;
    let inside = (
        window.start.checked_add_signed(SLIP).unwrap_or(window.start),
        window.end.checked_sub_signed(SLIP).unwrap_or(window.end),
    );
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map(
        params![scope.run.0, scope.threshold_km, Micros(inside.0), Micros(inside.1), Micros(window.start)],
        |row| {
            let mut fields = Fields::of(row);
            Ok(Unseen {
                id: fields.take()?,
                objects: [fields.norad_id()?, fields.norad_id()?],
                is_in_scope: fields.take()?,
            })
        },
    )?;
    rows.collect()
}
