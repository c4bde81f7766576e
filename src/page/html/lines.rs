//! The lines of a text for browsers, as a reader sees them, and the cells of its tables.
//!
//! Tags end lines and say what a line is; nothing is built of them but a stack of those that are open, so
//! that no depth of nesting costs more than its tags.

use std::convert::Infallible;
use std::ops::Range;

use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};

use crate::page::html::reference;
use crate::page::html::tag::{Tag, TagKind};
use crate::source::{Rendering, Span};

/// How many open elements an end tag looks at for its own: more are left open in no page.
const MAX_LOOKED_AT: usize = 200;

/// What stands in a cell ends with it, and no end tag in a cell ends what stands around it.
const IN_CELLS: [TagKind; 2] = [TagKind::Cell, TagKind::Table];

/// The class of what stands in a cell beside its value.
const NOTE: &str = "infotext";

/// A line as a reader sees it; of what stands as it was written, all lines.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about the line"
)]
pub(super) struct Line {
    /// Where it is in the rendering.
    pub(super) text: Range<usize>,
    /// Whether it stands as it was written.
    pub(super) is_verbatim: bool,
    /// Whether it is a heading.
    pub(super) is_heading: bool,
    /// Whether all of it is in links or lists, as ways to somewhere else are.
    pub(super) is_minor: bool,
    /// Whether all of it is a note beside the value of a cell.
    pub(super) is_note: bool,
    /// How many elements are open around it.
    pub(super) depth: usize,
    /// How many of them were open ever since the line before.
    pub(super) shared: usize,
}

/// A table: its lines, and those of each cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) lines: Range<usize>,
    pub(super) rows: Vec<Vec<Range<usize>>>,
    /// How far each cell reaches.
    spans: Vec<Vec<Reach>>,
}

/// How many columns and rows a cell takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reach {
    columns: usize,
    rows: usize,
}

impl Default for Reach {
    fn default() -> Self {
        Self {
            columns: 1,
            rows: 1,
        }
    }
}

impl Table {
    /// Whether a row of a table of so many columns is one cell through all of them, as a title between rows is.
    pub(super) fn is_one_cell(&self, row: usize, columns: usize) -> bool {
        let spans = self.spans.get(row).map_or(&[][..], Vec::as_slice);
        matches!(spans, [one] if one.columns > 1 && one.columns >= columns)
    }

    /// The rows of a table of so many columns, with the cells that reach into them from above.
    pub(super) fn laid_out(&self, columns: usize) -> Vec<Vec<Range<usize>>> {
        let mut open: Vec<(Range<usize>, usize)> = vec![(0..0, 0); columns];
        let rows = self.rows.iter().zip(&self.spans).enumerate();
        let laid_out = rows.map(|(at, (row, spans))| {
            if self.is_one_cell(at, columns) {
                return row.clone();
            }
            let mut cells = row.iter().zip(spans);
            let mut laid = Vec::new();
            for (cell, left) in &mut open {
                if *left > 0 {
                    *left -= 1;
                } else if let Some((own, span)) = cells.next() {
                    (*cell, *left) = (own.clone(), span.rows.saturating_sub(1));
                } else {
                    continue;
                }
                laid.push(cell.clone());
            }
            laid.extend(cells.map(|(own, _)| own.clone()));
            laid
        });
        laid_out.collect()
    }
}

/// A text for browsers, line by line.
#[derive(Debug, Default)]
pub(super) struct View {
    pub(super) text: Rendering,
    pub(super) lines: Vec<Line>,
    /// In the order in which they begin, the outer ones first.
    pub(super) tables: Vec<Table>,
}

/// An element that is open.
struct Open {
    tag: Tag,
    is_note: bool,
}

/// How many elements of each kind are open around a place.
#[derive(Default)]
struct Inside {
    links: usize,
    notes: usize,
    headings: usize,
    verbatim: usize,
    hidden: usize,
    others: usize,
}

/// A start tag as far as it was read.
#[derive(Default)]
struct Start {
    tag: Option<Tag>,
    /// What its last attribute says.
    attribute: Attribute,
    is_note: bool,
    reach: Reach,
}

/// What an attribute says, where that matters.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Attribute {
    Class,
    Columns,
    Rows,
    #[default]
    Other,
}

impl Attribute {
    fn of(name: &[u8]) -> Self {
        match name {
            b"class" => Self::Class,
            b"colspan" => Self::Columns,
            b"rowspan" => Self::Rows,
            _ => Self::Other,
        }
    }
}

struct Reader<'a> {
    source: &'a str,
    read: View,
    open: Vec<Open>,
    tables: Vec<Table>,
    inside: Inside,
    /// Up to where the source was read.
    at: usize,
    /// The start tag that is being read.
    start: Start,
    /// Where the line began in the rendering.
    line: usize,
    /// Where a blank stands in the source that is only one if a word follows.
    blank: Option<usize>,
    has_major: bool,
    has_value: bool,
    shared: usize,
    /// Whether nothing was read yet of what stands as it was written.
    is_fresh: bool,
}

/// Reads a text for browsers.
pub(super) fn of(source: &str) -> View {
    let mut reader = Reader {
        source,
        read: View::default(),
        open: Vec::new(),
        tables: Vec::new(),
        inside: Inside::default(),
        at: 0,
        start: Start::default(),
        line: 0,
        blank: None,
        has_major: false,
        has_value: false,
        shared: 0,
        is_fresh: false,
    };
    let mut emitter =
        CallbackEmitter::new(|event: CallbackEvent<'_>, span: html5gum::Span<usize>| {
            reader.event(&event, span);
            None::<Infallible>
        });
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(source, emitter).finish();
    reader.text_up_to(source.len());
    while !reader.open.is_empty() {
        reader.pop();
    }
    reader.end_line();
    let mut read = reader.read;
    let of_table = |table: &Table| (table.lines.start, usize::MAX - table.lines.end);
    read.tables.sort_by_key(of_table);
    read
}

impl Reader<'_> {
    fn event(&mut self, event: &CallbackEvent<'_>, span: html5gum::Span<usize>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.text_up_to(span.start);
                self.start = Start {
                    tag: Tag::of(name),
                    ..Start::default()
                };
            }
            CallbackEvent::AttributeName { name } => self.start.attribute = Attribute::of(name),
            CallbackEvent::AttributeValue { value } => {
                let mut classes = value.split(u8::is_ascii_whitespace);
                let number = || std::str::from_utf8(value).ok()?.trim().parse().ok();
                match self.start.attribute {
                    Attribute::Class => {
                        self.start.is_note |= classes.any(|class| class == NOTE.as_bytes());
                    }
                    Attribute::Columns => self.start.reach.columns = number().unwrap_or(1),
                    Attribute::Rows => self.start.reach.rows = number().unwrap_or(1),
                    Attribute::Other => {}
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                self.at = span.end;
                let tag = self.start.tag.take();
                if let Some(tag) = tag.filter(|tag| !(*self_closing && tag.may_be_empty())) {
                    self.open(tag);
                }
            }
            CallbackEvent::EndTag { name } => {
                self.text_up_to(span.start);
                self.at = span.end;
                if let Some(tag) = Tag::of(name) {
                    self.end(tag);
                }
            }
            CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } => {
                self.text_up_to(span.start);
                self.at = span.end;
            }
            CallbackEvent::String { .. } | CallbackEvent::Error(_) => {}
        }
    }

    fn open(&mut self, tag: Tag) {
        if self.inside.hidden > 0 {
            if tag.kind == TagKind::Hidden {
                self.push(tag);
            }
            return;
        }
        let is_verbatim = self.inside.verbatim > 0;
        match tag.kind {
            TagKind::Break => self.break_line(),
            TagKind::Table | TagKind::Row | TagKind::Cell if is_verbatim => self.break_line(),
            TagKind::Link => self.push(tag),
            TagKind::Part | TagKind::Heading | TagKind::Item | TagKind::Hidden => {
                self.break_line();
                self.push(tag);
            }
            TagKind::Verbatim => {
                if !is_verbatim {
                    self.end_line();
                    self.is_fresh = true;
                }
                self.push(tag);
            }
            TagKind::Table => {
                self.end_line();
                self.push(tag);
                let at = self.read.lines.len();
                self.tables.push(Table {
                    lines: at..at,
                    rows: Vec::new(),
                    spans: Vec::new(),
                });
            }
            TagKind::Row => {
                self.end_line();
                self.close(&[TagKind::Table], |open| open.kind == TagKind::Cell);
                if let Some(table) = self.tables.last_mut() {
                    table.rows.push(Vec::new());
                    table.spans.push(Vec::new());
                }
            }
            TagKind::Cell => {
                self.end_line();
                self.close(&[TagKind::Table], |open| open.kind == TagKind::Cell);
                let at = self.read.lines.len();
                let Some(table) = self.tables.last_mut() else {
                    return;
                };
                if table.rows.is_empty() {
                    table.rows.push(Vec::new());
                    table.spans.push(Vec::new());
                }
                if let (Some(row), Some(spans)) = (table.rows.last_mut(), table.spans.last_mut()) {
                    row.push(at..at);
                    spans.push(self.start.reach);
                }
                self.push(tag);
            }
        }
    }

    fn end(&mut self, tag: Tag) {
        if self.inside.hidden > 0 && tag.kind != TagKind::Hidden {
            return;
        }
        let is_verbatim = self.inside.verbatim > 0;
        match tag.kind {
            TagKind::Break => self.break_line(),
            TagKind::Table | TagKind::Row | TagKind::Cell if is_verbatim => self.break_line(),
            TagKind::Row => {
                self.end_line();
                self.close(&[TagKind::Table], |open| open.kind == TagKind::Cell);
            }
            TagKind::Link => self.close(&IN_CELLS, |open| open == tag),
            TagKind::Part | TagKind::Heading | TagKind::Item | TagKind::Hidden => {
                self.break_line();
                self.close(&IN_CELLS, |open| tag.ends(open));
            }
            TagKind::Verbatim | TagKind::Cell => {
                self.end_line();
                self.close(&IN_CELLS, |open| tag.ends(open));
            }
            TagKind::Table => {
                self.end_line();
                self.close(&[], |open| tag.ends(open));
            }
        }
    }

    fn push(&mut self, tag: Tag) {
        let is_note = std::mem::take(&mut self.start.is_note);
        *self.count(tag) += 1;
        self.inside.notes += usize::from(is_note);
        self.open.push(Open { tag, is_note });
    }

    /// What counts the open elements that do the same.
    fn count(&mut self, tag: Tag) -> &mut usize {
        match tag.kind {
            TagKind::Link | TagKind::Item => &mut self.inside.links,
            TagKind::Heading => &mut self.inside.headings,
            TagKind::Verbatim => &mut self.inside.verbatim,
            TagKind::Hidden => &mut self.inside.hidden,
            _ => &mut self.inside.others,
        }
    }

    /// Closes the innermost open element of a sort, with all in it; none that stands around an open element
    /// of those kinds.
    fn close(&mut self, within: &[TagKind], is_one: impl Fn(Tag) -> bool) {
        let looked_at = self.open.iter().rev().take(MAX_LOOKED_AT);
        let found = looked_at
            .map(|open| open.tag)
            .enumerate()
            .find(|(_, tag)| is_one(*tag) || within.contains(&tag.kind));
        if let Some((above, tag)) = found
            && is_one(tag)
        {
            self.pop_many(above + 1);
        }
    }

    fn pop_many(&mut self, count: usize) {
        for _ in 0..count {
            self.pop();
        }
    }

    fn pop(&mut self) {
        let Some(open) = self.open.pop() else {
            return;
        };
        let count = self.count(open.tag);
        *count = count.saturating_sub(1);
        self.inside.notes -= usize::from(open.is_note);
        self.shared = self.shared.min(self.open.len());
        let at = self.read.lines.len();
        match open.tag.kind {
            TagKind::Cell => {
                let row = self
                    .tables
                    .last_mut()
                    .and_then(|table| table.rows.last_mut());
                if let Some(cell) = row.and_then(|row| row.last_mut()) {
                    cell.end = at;
                }
            }
            TagKind::Table => {
                if let Some(mut table) = self.tables.pop() {
                    table.lines.end = at;
                    table.rows.retain(|row| !row.is_empty());
                    table.spans.retain(|row| !row.is_empty());
                    self.read.tables.push(table);
                }
            }
            _ => {}
        }
    }

    /// Ends a line of what may stand as it was written.
    fn break_line(&mut self) {
        if self.inside.verbatim == 0 {
            return self.end_line();
        }
        let so_far = &self.read.text.text()[self.line..];
        if !so_far.is_empty() && !so_far.ends_with('\n') {
            self.put("\n", self.at..self.at);
        }
    }

    fn end_line(&mut self) {
        self.blank = None;
        let end = self.read.text.len();
        if end > self.line {
            self.read.lines.push(Line {
                text: self.line..end,
                is_verbatim: self.inside.verbatim > 0,
                is_heading: self.inside.headings > 0,
                is_minor: !self.has_major,
                is_note: !self.has_value,
                depth: self.open.len(),
                shared: self.shared.min(self.open.len()),
            });
            self.shared = self.open.len();
        }
        self.line = end;
        (self.has_major, self.has_value) = (false, false);
    }

    fn put(&mut self, text: &str, from: Range<usize>) {
        let (start, end) = (from.start, from.end);
        self.read.text.put(text, Span { start, end });
    }

    /// Reads what stands before the next tag.
    fn text_up_to(&mut self, end: usize) {
        let mut at = self.at;
        self.at = end.max(at);
        if self.inside.hidden > 0 {
            return;
        }
        let Some(text) = self.source.get(at..self.at) else {
            return;
        };
        if std::mem::take(&mut self.is_fresh) {
            at += line_end(text);
        }
        while let Some(c) = self.source[at..self.at].chars().next() {
            let rest = &self.source[at..self.at];
            if c.is_whitespace() {
                let length = line_end(rest).max(c.len_utf8());
                self.space(c, at..at + length);
                at += length;
            } else if c == '&' {
                let (length, says) = reference::at_start(rest);
                if says.trim().is_empty() {
                    self.space(' ', at..at + length);
                } else {
                    self.word(&says, at..at + length);
                }
                at += length;
            } else {
                let end = rest.find(|c: char| c == '&' || c.is_whitespace());
                let end = at + end.unwrap_or(rest.len());
                let source = self.source;
                self.word(&source[at..end], at..end);
                at = end;
            }
        }
    }

    fn space(&mut self, c: char, from: Range<usize>) {
        if self.inside.verbatim == 0 {
            if self.read.text.len() > self.line {
                self.blank.get_or_insert(from.start);
            }
            return;
        }
        match c {
            '\n' | '\r' => self.put("\n", from),
            '\t' => self.put("\t", from),
            // Blanks that do not break are there for the eye.
            _ => self.put(" ", from),
        }
    }

    fn word(&mut self, word: &str, from: Range<usize>) {
        if let Some(blank) = self.blank.take() {
            self.put(" ", blank..blank + 1);
        }
        self.put(word, from);
        self.has_major |= self.inside.links == 0;
        self.has_value |= self.inside.notes == 0;
    }
}

/// How long the end of a line at the start of a text is.
fn line_end(text: &str) -> usize {
    if text.starts_with("\r\n") {
        2
    } else {
        usize::from(text.starts_with(['\n', '\r']))
    }
}
