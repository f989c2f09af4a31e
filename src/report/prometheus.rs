//! Figures for Prometheus: its text format, version 0.0.4, as the text collector of its node exporter reads it
//! (prometheus.io/docs/instrumenting/exposition_formats).

use std::fmt::Write as _;

/// What a figure does over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Goes up and down.
    Gauge,
    /// Only goes up.
    Counter,
}

/// A figure, or one for each of several things.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Name, whose last word is the unit.
    pub name: &'static str,
    /// What it tells, in a line.
    pub help: &'static str,
    /// What it does over time.
    pub kind: Kind,
    /// The labels of each value, name and text, and the value.
    pub samples: Vec<(Vec<(&'static str, String)>, f64)>,
}

impl Metric {
    /// A figure of the whole.
    #[must_use]
    pub fn gauge(name: &'static str, help: &'static str, value: f64) -> Self {
        Self { name, help, kind: Kind::Gauge, samples: vec![(Vec::new(), value)] }
    }

    /// A figure of each of several things, told apart by one label.
    #[must_use]
    pub fn each(
        (name, kind): (&'static str, Kind),
        help: &'static str,
        label: &'static str,
        values: impl IntoIterator<Item = (String, f64)>,
    ) -> Self {
        let samples = values.into_iter().map(|(text, value)| (vec![(label, text)], value)).collect();
        Self { name, help, kind, samples }
    }
}

/// The text of a file of figures; those without a value are left out.
#[must_use]
pub fn text(metrics: &[Metric]) -> String {
    let mut text = String::new();
    for metric in metrics.iter().filter(|metric| !metric.samples.is_empty()) {
        let kind = match metric.kind {
            Kind::Gauge => "gauge",
            Kind::Counter => "counter",
        };
        let help = metric.help.replace('\\', "\\\\").replace('\n', "\\n");
        let _ = writeln!(text, "# HELP {} {help}\n# TYPE {} {kind}", metric.name, metric.name);
        for (labels, value) in &metric.samples {
            let pairs: Vec<String> =
                labels.iter().map(|(name, text)| format!("{name}=\"{}\"", escaped(text))).collect();
            let labels = if pairs.is_empty() { String::new() } else { format!("{{{}}}", pairs.join(",")) };
            let _ = writeln!(text, "{}{labels} {value}", metric.name);
        }
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::{Kind, Metric, text};

    #[test]
    fn labels_are_escaped_and_empty_figures_left_out() {
        let metrics = [
            Metric::gauge("a_bytes", "Size.", 1.5),
            Metric::each(("b_total", Kind::Counter), "Runs.", "task", [("x\"\\\ny".to_owned(), 3.0)]),
            Metric::each(("c_seconds", Kind::Gauge), "Nothing.", "task", []),
        ];
        let expected = "# HELP a_bytes Size.\n# TYPE a_bytes gauge\na_bytes 1.5\n\
                        # HELP b_total Runs.\n# TYPE b_total counter\nb_total{task=\"x\\\"\\\\\\ny\"} 3\n";
        assert_eq!(text(&metrics), expected);
    }
}
