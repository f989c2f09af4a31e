//! Tables that stay tables for a screen reader and become stacked rows on a phone.

use super::html::{Element, el};

/// A column: its head, and how its cells stand.
pub(super) struct Column {
    pub head: &'static str,
    /// `n` for numbers, `x` for what a phone leaves out, `full` for what takes a line of its own there.
    pub class: &'static str,
}

/// A table whose first column names its rows.
pub(super) struct Table {
    pub caption: String,
    pub class: &'static str,
    pub columns: Vec<Column>,
    rows: Vec<Vec<Element>>,
}

impl Table {
    pub(super) const fn new(caption: String, class: &'static str, columns: Vec<Column>) -> Self {
        Self { caption, class, columns, rows: Vec::new() }
    }

    /// Adds a row: what its cells hold, one each column.
    pub(super) fn row(&mut self, cells: Vec<Element>) {
        self.rows.push(cells);
    }

    /// The table. Roles are said aloud since a phone's layout would take them away.
    pub(super) fn draw(self) -> Element {
        let head = self.columns.iter().map(|column| {
            el("th").class(column.class).attr("scope", "col").attr("role", "columnheader").text(column.head)
        });
        let head = el("tr").attr("role", "row").children(head);
        let rows = self.rows.into_iter().map(|cells| {
            let cells = cells.into_iter().zip(&self.columns).enumerate().map(|(index, (cell, column))| {
                let td = if index == 0 {
                    el("th").attr("scope", "row").attr("role", "rowheader")
                } else {
                    el("td").attr("role", "cell")
                };
                let td = if column.class.is_empty() { td } else { td.class(column.class) };
                // Numbers carry their column's head with them where a phone stacks them.
                let td = if column.class.starts_with('n') { td.attr("data-l", column.head) } else { td };
                td.child(cell)
            });
            el("tr").attr("role", "row").children(cells)
        });
        el("table")
            .class(self.class)
            .attr("role", "table")
            .child(el("caption").text(self.caption))
            .child(el("thead").attr("role", "rowgroup").child(head))
            .child(el("tbody").attr("role", "rowgroup").children(rows))
    }
}

/// A column of text.
pub(super) const fn column(head: &'static str, class: &'static str) -> Column {
    Column { head, class }
}

/// A cell of plain text.
pub(super) fn plain(text: impl Into<String>) -> Element {
    el("span").text(text)
}
