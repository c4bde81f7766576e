//! A page for browsers, as it is served or as a browser saves it, made into plain text.
//!
//! In come the lines that a reader sees, out come those of the page: the heading, the titles, the table
//! with its cells between tabs, the examples as they stand. What stands around them, such as menus, is
//! passed over; where a page has parts that this cannot name, what is made of them is refused as in any
//! other form.

mod lines;
mod reference;
mod tag;

use std::ops::Range;

use crate::page::html::lines::{Line, Table, View};
use crate::page::row::{COLUMNS, FLAGS, MARK, place, sent_in};
use crate::page::{
    PageError, Title, authentication, is_heading, is_heading_in_words, title_of, untitled,
};
use crate::source::{Rendering, Source};

/// What the page says, in the order of the page.
#[derive(Clone)]
enum Item {
    Line(usize),
    Table(usize),
}

/// The lines before the first title, what stands below each, and the tables of parameters that stand elsewhere
/// than below their title.
type Parts<'a> = (Vec<&'a Line>, Vec<Part>, Vec<&'a Table>);

/// A title and what stands below it.
struct Part {
    title: Title,
    /// Its title, or the line in which it begins without one.
    heading: usize,
    is_titled: bool,
    items: Vec<Item>,
}

/// The same page as plain text.
///
/// # Errors
///
/// A [`PageError`] where a row of the table is none.
pub(super) fn rendered(source: &Source) -> Result<Source, PageError> {
    let read = lines::of(&source.text);
    let mut page = Page {
        out: Rendering::default(),
        read: &read,
    };
    let written = page.write();
    written.map_err(|error| {
        let shown = source.rendered(&read.text);
        let line = read.lines.iter().find(|line| line.text.start == error.at);
        let line = line.map_or_else(|| shown.line_at(error.at), |line| page.text(line));
        let line = || format!("`{}`", line.trim());
        let found = error.found.map_or_else(line, str::to_owned);
        PageError::new(&shown, error.at, &error.expected, &found)
    })?;
    Ok(source.rendered(&page.out))
}

/// Shows the lines of a page, but for those that are ways to somewhere else.
pub(super) fn read_lines(text: &str, mut show: impl FnMut(&str)) {
    let read = lines::of(text);
    let lines = read
        .lines
        .iter()
        .filter(|line| line.is_heading || !line.is_minor);
    lines.for_each(|line| show(&read.text.text()[line.text.clone()]));
}

/// What is no table of parameters, or no row of it: where it stands among the lines that a reader sees, what was
/// expected, and what was found but for the line itself.
struct TableError {
    at: usize,
    expected: String,
    found: Option<&'static str>,
}

struct Page<'a> {
    read: &'a View,
    out: Rendering,
}

impl<'a> Page<'a> {
    fn text(&self, line: &Line) -> &'a str {
        self.read.text.text()[line.text.clone()].trim()
    }

    fn write(&mut self) -> Result<(), TableError> {
        let read = self.read;
        let lines = &read.lines;
        let place = |line: &Line| lines.iter().position(|other| other.text == line.text);
        let first = |is_one: fn(&str) -> bool| {
            let is_one = |line: &&Line| !line.is_verbatim && is_one(self.text(line));
            let in_headings = lines.iter().filter(|line| line.is_heading).find(is_one);
            in_headings.or_else(|| lines.iter().filter(|line| !line.is_minor).find(is_one))
        };
        let found = first(is_heading).or_else(|| first(is_heading_in_words));
        let Some(heading) = found.and_then(place) else {
            // Nothing is made of a page without a heading but the message that it has none.
            let first = lines.iter().find(|line| !is_heading(self.text(line)));
            if let Some(first) = first {
                self.line(first);
            }
            return Ok(());
        };
        let (before, parts, tables) = self.parts(heading + 1)?;
        self.one_operation(heading, &parts)?;
        self.copy(&lines[heading]);
        let is_remark = |line: &&Line| authentication::remark(self.text(line)).is_some();
        let remark = before.into_iter().find(is_remark);
        if let Some(remark) = remark {
            self.say(" ", remark);
            self.copy(remark);
        }
        self.say("\n", &lines[heading]);
        for (at, part) in parts.iter().enumerate() {
            if part.is_titled {
                self.line(&lines[part.heading]);
            } else {
                let is_request = part.title == Title::Example;
                let title = if is_request {
                    "Example\n"
                } else {
                    "Example Response\n"
                };
                self.say(title, &lines[part.heading]);
            }
            let is_last = at + 1 == parts.len();
            match part.title {
                Title::Parameters => self.parameters(part)?,
                Title::Example => self.example(part),
                Title::ExampleResponse => self.responses(part),
                Title::Description | Title::Remark | Title::Notes | Title::Returns => {
                    self.words(part, is_last);
                }
            }
        }
        let mut tables = tables.into_iter();
        let is_tabled = parts.iter().any(|part| part.title == Title::Parameters);
        if !is_tabled && let Some(table) = tables.next() {
            self.say("Parameters\n", &lines[table.lines.start]);
            self.table(table)?;
        }
        let of_parts = parts.iter().filter(|part| part.title == Title::Parameters);
        let behind = of_parts.flat_map(|part| self.tables_of(part).skip(1));
        let mut others = tables.chain(behind);
        match others.find(|table| self.has_places(table)) {
            Some(other) => Err(TableError {
                at: lines[other.lines.start].text.start,
                expected: "one table of parameters".to_owned(),
                found: Some("a second one"),
            }),
            None => Ok(()),
        }
    }

    /// Sees to it that no title stands twice because another operation is documented below.
    fn one_operation(&self, heading: usize, parts: &[Part]) -> Result<(), TableError> {
        let titled = || parts.iter().filter(|part| part.is_titled);
        let is_twice =
            titled().any(|part| titled().filter(|one| one.title == part.title).count() > 1);
        let below = &self.read.lines[heading + 1..];
        let is_other =
            |line: &&Line| !line.is_verbatim && line.is_heading && is_heading(self.text(line));
        match below.iter().find(is_other).filter(|_| is_twice) {
            Some(other) => Err(TableError {
                at: other.text.start,
                expected: "one operation in a file".to_owned(),
                found: Some("a second heading"),
            }),
            None => Ok(()),
        }
    }

    /// The parts of the page from a line on.
    fn parts(&self, from: usize) -> Result<Parts<'a>, TableError> {
        let mut before = Vec::new();
        let mut parts: Vec<Part> = Vec::new();
        let mut elsewhere = Vec::new();
        let mut tables = self.read.tables.iter().enumerate().peekable();
        let titles = self.titles(from);
        let mut at = from;
        while let Some(line) = self.read.lines.get(at) {
            while tables
                .next_if(|(_, table)| table.lines.start < at)
                .is_some()
            {}
            let mut item = Item::Line(at);
            let mut next = at + 1;
            while let Some((index, table)) = tables.next_if(|(_, table)| table.lines.start == at) {
                if self.is_of_parameters(table) && matches!(item, Item::Line(_)) {
                    item = Item::Table(index);
                    next = self.behind_copy(table.lines.end.max(next));
                } else if self.has_other_columns(table) {
                    return Err(TableError {
                        at: line.text.start,
                        expected: "a table of `Name`, `Description`, `Type` and `Example`"
                            .to_owned(),
                        found: Some("other columns"),
                    });
                }
            }
            let is_line = matches!(item, Item::Line(_));
            let title = self.title(line).filter(|_| is_line);
            let begun = self
                .begun(at)
                .filter(|begun| is_line && !titles.contains(begun));
            let of_part = parts.last().map(|part| part.title);
            match (title, begun) {
                (Some(title), _) => parts.push(Part {
                    title,
                    heading: at,
                    is_titled: true,
                    items: Vec::new(),
                }),
                (None, Some(title)) if of_part != Some(title) => {
                    self.untitled(title, parts.last_mut(), &mut before);
                    parts.push(Part {
                        title,
                        heading: at,
                        is_titled: false,
                        items: vec![item],
                    });
                }
                _ => match (item, parts.last_mut()) {
                    (Item::Table(table), Some(part)) if part.title == Title::Parameters => {
                        part.items.push(Item::Table(table));
                    }
                    (Item::Table(table), last) => {
                        self.untitled(Title::Parameters, last, &mut before);
                        elsewhere.extend(self.read.tables.get(table));
                    }
                    (item, Some(part)) => part.items.push(item),
                    (_, None) => before.push(line),
                },
            }
            at = next;
        }
        Ok((before, parts, elsewhere))
    }

    /// The titles that stand in the lines from one on, but for those of columns.
    fn titles(&self, from: usize) -> Vec<Title> {
        let mut titles = Vec::new();
        let mut at = from;
        let tables = self
            .read
            .tables
            .iter()
            .filter(|table| self.is_of_parameters(table));
        let end = self.read.lines.len();
        for lines in tables
            .map(|table| table.lines.clone())
            .chain(std::iter::once(end..end))
        {
            let before = self.read.lines.get(at..lines.start).unwrap_or_default();
            titles.extend(before.iter().filter_map(|line| self.title(line)));
            at = at.max(lines.end);
        }
        titles
    }

    /// The title that a line is.
    fn title(&self, line: &Line) -> Option<Title> {
        title_of(self.text(line)).filter(|_| !line.is_verbatim && !line.is_minor)
    }

    /// The part that begins in a line under no title.
    fn begun(&self, at: usize) -> Option<Title> {
        let line = self.read.lines.get(at).filter(|line| !line.is_minor)?;
        let mut texts = self.text(line).lines();
        let first = texts.next()?;
        let below = || self.read.lines.get(at + 1).map(|line| self.text(line));
        let next = texts.next().or_else(below).unwrap_or_default();
        untitled::begun(first, next).filter(|begun| *begun != Title::Parameters)
    }

    /// Takes the title that sites give such a part from the words above it.
    fn untitled(&self, title: Title, above: Option<&mut Part>, before: &mut Vec<&'a Line>) {
        let is_one = |line: &Line| untitled::is_title_of(self.text(line), title);
        if let Some(part) = above {
            let last = part.items.last().and_then(|item| self.line_of(item));
            if last.is_some_and(is_one) {
                part.items.pop();
            }
        } else if before.last().is_some_and(|line| is_one(line)) {
            before.pop();
        }
    }

    /// The line behind what a script of the site makes of the table for narrow screens: each cell behind the name
    /// of its column and a colon, up to the next title.
    fn behind_copy(&self, from: usize) -> usize {
        let lines = self.read.lines.get(from..).unwrap_or_default();
        let is_named = |line: &Line, column: &str| {
            let rest = self.text(line).strip_prefix(column);
            rest.is_some_and(|rest| rest.starts_with(':'))
        };
        if !lines.first().is_some_and(|line| is_named(line, COLUMNS[0])) {
            return from;
        }
        let is_title = |line: &Line| {
            title_of(self.text(line)).is_some()
                && !COLUMNS.iter().any(|column| is_named(line, column))
        };
        let length = lines.iter().position(is_title).unwrap_or(lines.len());
        from + length
    }

    fn is_of_parameters(&self, table: &Table) -> bool {
        let Some(row) = table.rows.first() else {
            return false;
        };
        let lines = |cell: &Range<usize>| self.read.lines.get(cell.clone());
        row.len() == COLUMNS.len()
            && row.iter().zip(COLUMNS).all(
                |(cell, column)| matches!(lines(cell), Some([line]) if self.text(line) == column),
            )
    }

    /// Whether a table has rows of parameters below columns that are not read.
    fn has_other_columns(&self, table: &Table) -> bool {
        let Some(row) = table.rows.first() else {
            return false;
        };
        let mut texts = row
            .iter()
            .map(|cell| match self.read.lines.get(cell.clone()) {
                Some([line]) => Some(self.text(line)),
                _ => None,
            });
        row.len() > 1
            && texts.clone().all(|text| text.is_some())
            && texts.any(|text| text == Some(COLUMNS[0]))
            && !self.is_of_parameters(table)
            && self.has_places(table)
    }

    /// Whether a row of a table says where its parameter is sent.
    fn has_places(&self, table: &Table) -> bool {
        let cells = table.rows.iter().skip(1).flatten();
        let mut lines =
            cells.flat_map(|cell| self.read.lines.get(cell.clone()).unwrap_or_default());
        lines.any(|line| {
            let text = self.text(line);
            place(text).is_some() || within(text).is_some()
        })
    }

    fn tables_of(&self, part: &Part) -> impl Iterator<Item = &'a Table> {
        part.items.iter().filter_map(|item| self.table_of(item))
    }

    /// The table, else the sentence that there is none.
    fn parameters(&mut self, part: &Part) -> Result<(), TableError> {
        let table = self.tables_of(part).next();
        match table {
            Some(table) => self.table(table)?,
            None => self.all(&part.items),
        }
        Ok(())
    }

    /// The example stands as it was written; what stands beside it is none.
    fn example(&mut self, part: &Part) {
        let verbatim = part.items.iter().filter(|item| self.is_verbatim(item));
        let verbatim: Vec<Item> = verbatim.cloned().collect();
        self.all(if verbatim.is_empty() {
            &part.items
        } else {
            &verbatim
        });
    }

    /// What stands behind the last example belongs to the site.
    fn responses(&mut self, part: &Part) {
        let verbatim = part.items.iter().filter(|item| self.is_verbatim(item));
        let verbatim = verbatim.count();
        let mut left = verbatim;
        let items = part.items.iter().take_while(|item| {
            let is_behind = verbatim > 0 && left == 0;
            left -= usize::from(self.is_verbatim(item));
            !is_behind
        });
        let items: Vec<Item> = items.cloned().collect();
        self.all(&items);
    }

    /// Words below a title; below the last one, those that share its frame, as the foot of a site follows.
    fn words(&mut self, part: &Part, is_last: bool) {
        let read = self.read;
        let title = &read.lines[part.heading];
        let mut shared = title.depth;
        let lines: Vec<&'a Line> = part
            .items
            .iter()
            .filter_map(|item| self.line_of(item))
            .collect();
        let inside = lines.iter().take_while(|line| {
            shared = shared.min(line.shared);
            shared + 1 >= title.depth
        });
        let inside = inside.count();
        let count = if is_last {
            inside.max(1).min(lines.len())
        } else {
            lines.len()
        };
        for line in &lines[..count] {
            let text = self.text(line);
            // A line of a list may read like what it is not.
            if title_of(text).is_none() && !(line.is_minor && sent_in(text).is_some()) {
                let text = read.text.text();
                let words = text[line.text.clone()].split_whitespace();
                for (at, word) in words.enumerate() {
                    if at > 0 {
                        self.say(" ", line);
                    }
                    let start = word.as_ptr() as usize - text.as_ptr() as usize;
                    self.out.append(&read.text, start..start + word.len());
                }
                self.say("\n", line);
            }
        }
    }

    /// Each element of a row is a row of the page, whatever its cells say.
    fn table(&mut self, table: &Table) -> Result<(), TableError> {
        let read = self.read;
        for (at, row) in table.laid_out(COLUMNS.len()).iter().enumerate() {
            let lines = |cell: &Range<usize>| read.lines.get(cell.clone()).unwrap_or_default();
            let said: Vec<&Line> = row.iter().flat_map(lines).collect();
            let Some(first) = said.first() else {
                continue;
            };
            if at == 0 {
                self.say(&format!("{}\n", COLUMNS.join("\t")), first);
                continue;
            }
            if said.len() == 1 && self.text(first).starts_with(MARK) {
                continue;
            }
            let has_place = |line: &&Line| {
                let text = self.text(line);
                place(text).is_some() || within(text).is_some()
            };
            // A title between rows.
            if table.is_one_cell(at, COLUMNS.len()) && !said.iter().any(has_place) {
                continue;
            }
            let error = |expected: String| TableError {
                at: first.text.start,
                expected,
                found: None,
            };
            let [name, cells @ ..] = row.as_slice() else {
                continue;
            };
            if row.len() != COLUMNS.len() {
                return Err(error("a row of four cells".to_owned()));
            }
            let name = lines(name);
            let texts: Vec<&str> = name.iter().map(|line| self.text(line)).collect();
            let is_named = match texts.as_slice() {
                [] => return Err(error("a name in the first cell of a row".to_owned())),
                [first] => within(first).is_some(),
                [first, second, ..] => within(first).is_some() || place(second).is_some(),
            };
            if !is_named {
                let places = "`sent in url`, `query` or `body`";
                return Err(error(format!("{places} below the name of a parameter")));
            }
            self.name(name);
            for (column, cell) in cells.iter().enumerate() {
                self.say("\t", first);
                self.cell(lines(cell), column + 2 == COLUMNS.len());
            }
            self.say("\n", first);
        }
        Ok(())
    }

    /// A name, and on the next line where it is sent.
    fn name(&mut self, lines: &[Line]) {
        let is_apart = lines.iter().any(|line| sent_in(self.text(line)).is_some());
        for line in lines {
            match within(self.text(line)).filter(|_| !is_apart) {
                Some(at) => {
                    let start = line.text.start;
                    self.out.append(&self.read.text, start..start + at);
                    self.say("\n", line);
                    self.out
                        .append(&self.read.text, start + at + 1..line.text.end);
                    self.say("\n", line);
                }
                None => self.line(line),
            }
        }
    }

    /// A cell on one line, its flags on lines of their own.
    fn cell(&mut self, lines: &[Line], is_example: bool) {
        let is_flag = |line: &&Line| !is_example && FLAGS.contains(&self.text(line));
        let is_said = |line: &&Line| !(is_flag(line) || is_example && line.is_note);
        let said: Vec<&Line> = lines.iter().filter(is_said).collect();
        let flags: Vec<&Line> = lines.iter().filter(is_flag).collect();
        for (at, line) in said.into_iter().enumerate() {
            if at > 0 {
                self.say(" ", line);
            }
            let read = self.read;
            let text = read.text.text();
            for (at, part) in text[line.text.clone()].split(['\n', '\t']).enumerate() {
                if at > 0 {
                    self.say(" ", line);
                }
                let start = part.as_ptr() as usize - text.as_ptr() as usize;
                self.out.append(&read.text, start..start + part.len());
            }
        }
        for flag in flags {
            self.say("\n", flag);
            self.line(flag);
        }
    }

    fn is_verbatim(&self, item: &Item) -> bool {
        self.line_of(item).is_some_and(|line| line.is_verbatim)
    }

    fn line_of(&self, item: &Item) -> Option<&'a Line> {
        match item {
            Item::Line(line) => self.read.lines.get(*line),
            Item::Table(_) => None,
        }
    }

    fn table_of(&self, item: &Item) -> Option<&'a Table> {
        match item {
            Item::Line(_) => None,
            Item::Table(table) => self.read.tables.get(*table),
        }
    }

    fn all(&mut self, items: &[Item]) {
        for item in items {
            if let Some(line) = self.line_of(item) {
                self.line(line);
                if line.is_verbatim {
                    self.say("\n", line);
                }
            }
        }
    }

    fn line(&mut self, line: &Line) {
        self.copy(line);
        self.say("\n", line);
    }

    fn say(&mut self, text: &str, line: &Line) {
        self.out.say(text, &self.read.text, line.text.end);
    }

    fn copy(&mut self, line: &Line) {
        self.out.append(&self.read.text, line.text.clone());
    }
}

/// Where it is said behind a name, in the same line, where it is sent.
fn within(line: &str) -> Option<usize> {
    let at = line.to_ascii_lowercase().rfind(" sent in ")?;
    place(&line[at + 1..]).map(|_| at)
}
