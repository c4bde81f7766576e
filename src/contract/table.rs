//! The table of parameters, as its text was published.
//!
//! A row is the name on a line, `sent in ...` on the next, then description, type and example, with the
//! flags `optional` and `collection` on lines of their own. Copied from a browser, the cells are divided
//! by tabs or line ends; else they run into one another, and where one ends is told by what the example
//! request shows and by what a type looks like. `collection` ends the type, so where that flag stands the
//! example is what follows it.

use serde_json::Value;

use crate::contract::parameter::scalar;
use crate::contract::sample::Samples;
use crate::contract::{Parameter, ParameterIn, ParameterType, Unread, bound, type_cell};
use crate::page::{self, MARK, PageError, lines_of};
use crate::source::{Source, Span};

/// What the line under a name ends in, and what it says.
const PLACES: [(&str, ParameterIn); 4] = [
    ("url", ParameterIn::Path),
    ("path", ParameterIn::Path),
    ("query", ParameterIn::Query),
    ("body", ParameterIn::Body),
];

/// Places of which a parameter is told and left out, as those of an `OpenAPI` document are.
const LEFT_OUT: [&str; 2] = ["header", "cookie"];

/// What a row says of a parameter that may be left out.
const OPTIONAL: &str = "optional";

/// How many tabs stand in a row whose cells begin with one.
const TABS_OF_ROW: usize = 3;

/// Reads the rows of the table; none where the section says that there are no parameters.
///
/// # Errors
///
/// A [`PageError`] where a row is none, or another one or another table stands in it.
pub(super) fn parameters(
    source: &Source,
    body: Span,
    samples: &Samples<'_>,
    unread: &mut Vec<Unread>,
) -> Result<Vec<Parameter>, PageError> {
    let mut lines: Vec<Span> = lines_of(source, body)
        .into_iter()
        .filter(|line| !source.slice(*line).trim().is_empty())
        .collect();
    while lines
        .last()
        .is_some_and(|line| source.slice(*line).trim().starts_with(MARK))
    {
        lines.pop();
    }
    let text = |at: usize| source.slice(lines[at]).trim();
    let Some(first) = lines.first() else {
        return Ok(Vec::new());
    };
    if page::says_none(text(0)) || lines.len() == 1 && page::is_none(text(0)) {
        return Ok(Vec::new());
    }
    let is_tabbed = text(0).contains('\t');
    if !page::is_columns(text(0)) {
        let expected = "`Name Description Type Example`";
        return Err(PageError::new(
            source,
            first.start,
            expected,
            &format!("`{}`", text(0)),
        ));
    }
    let place = |at: usize| page::place(source.slice(*lines.get(at)?));
    let is_known = |place: String| sent_in(&place).is_some() || LEFT_OUT.contains(&&*place);
    let mut rows = Vec::new();
    let mut at = 1;
    while at < lines.len() {
        if !place(at + 1).is_some_and(is_known) {
            let (offset, found) = lines
                .get(at + 1)
                .map_or((lines[at].end, "the end of the table"), |line| {
                    (line.start, source.slice(*line).trim())
                });
            let expected = format!("`sent in url`, `query` or `body` after `{}`", text(at));
            return Err(PageError::new(
                source,
                offset,
                &expected,
                &format!("`{found}`"),
            ));
        }
        if text(at).contains("  ") || text(at).contains('\t') {
            let expected = "a name on a line of its own";
            let found = format!("`{}`", text(at));
            return Err(PageError::new(source, lines[at].start, expected, &found));
        }
        let end = (at + 2..lines.len())
            .find(|next| place(next + 1).is_some())
            .unwrap_or(lines.len());
        if rows.len() == bound::MAX_PARAMETERS {
            let expected = format!("at most {} parameters", bound::MAX_PARAMETERS);
            let found = "one more";
            return Err(PageError::new(source, lines[at].start, &expected, found));
        }
        check_cells(source, &lines[at + 2..end])?;
        match place(at + 1).filter(|place| LEFT_OUT.contains(&&**place)) {
            Some(place) => unread.push(Unread {
                offset: lines[at].start,
                expected: "a parameter of the path, the query or the body".to_owned(),
                found: format!("one of `{place}`, which is left out"),
            }),
            None => {
                let row = Row::read(source, &lines[at..end]);
                rows.push(row.parameter(source, is_tabbed, samples));
            }
        }
        at = end;
    }
    Ok(rows)
}

/// Sees to it that no other row stands in the lines below a place, which only tabs tell.
fn check_cells(source: &Source, lines: &[Span]) -> Result<(), PageError> {
    let mut tabs = 0;
    for (at, line) in lines.iter().enumerate() {
        let text = source.slice(*line);
        // Behind the last cell, they divide nothing.
        let is_last = at + 1 == lines.len();
        let text = if is_last { text.trim_end() } else { text };
        tabs += text.matches('\t').count();
        if tabs > TABS_OF_ROW {
            let expected = "a name and `sent in url`, `query` or `body` above the cells of a row";
            return Err(PageError::new(source, line.start, expected, "more cells"));
        }
    }
    Ok(())
}

fn sent_in(place: &str) -> Option<ParameterIn> {
    let mut known = PLACES.into_iter();
    let found = known.find(|(name, _)| *name == place);
    found.map(|(_, sent_in)| sent_in)
}

/// The lines of one row, flags apart.
struct Row<'a> {
    name: &'a str,
    sent_in: ParameterIn,
    optional: bool,
    collection: bool,
    /// What stands before the flag `collection`, cell by cell or line by line.
    cells: Vec<&'a str>,
    /// What stands behind it.
    behind: Option<&'a str>,
    /// Description, type and example, where each begins with a tab.
    told_apart: Option<[Vec<&'a str>; 3]>,
}

impl<'a> Row<'a> {
    fn read(source: &'a Source, lines: &[Span]) -> Self {
        let name = source.slice(lines[0]).trim();
        let mut row = Self {
            name: page::without_bullet(name).trim_end_matches(MARK).trim_end(),
            sent_in: page::place(source.slice(lines[1]))
                .and_then(|place| sent_in(&place))
                .unwrap_or(ParameterIn::Query),
            optional: false,
            collection: false,
            cells: Vec::new(),
            behind: None,
            told_apart: None,
        };
        if let [_, _, first, .., last] | [_, _, first @ last] = lines {
            row.told_apart = told_apart(source.slice(Span {
                start: first.start,
                end: last.end,
            }));
        }
        let cells = lines[2..].iter().flat_map(|line| {
            let cells = source.slice(*line).split('\t');
            cells.map(str::trim).filter(|cell| !cell.is_empty())
        });
        for cell in cells {
            match cell {
                cell if is_optional(cell) => row.optional = true,
                "collection" => row.collection = true,
                cell if row.collection => row.behind = row.behind.or(Some(cell)),
                cell => row.cells.push(cell),
            }
        }
        row
    }

    /// Divides what runs together, by what the example request shows for this name.
    fn parameter(self, source: &Source, is_tabbed: bool, samples: &Samples<'_>) -> Parameter {
        let shown = samples.of(self.name, self.sent_in);
        let divided = match &self.told_apart {
            Some(cells) => divided(cells),
            None if is_tabbed => self.tabbed(),
            None => self.run(shown.as_ref()),
        };
        let Divided {
            description,
            type_name,
            example,
        } = divided;
        let mut parameter = Parameter {
            stated_in: Some(self.sent_in),
            type_name: type_name.to_owned(),
            collection: self.collection,
            flagged: self.collection,
            optional: self.optional || calls_optional(&description),
            description,
            cell: example.to_owned(),
            ..Parameter::bare(self.name, self.sent_in, source.span_of(self.name))
        };
        if !example.is_empty() {
            parameter.example_span = source.span_of(example);
        }
        parameter.collection |= parameter.is_list();
        parameter.example = match serde_json::from_str::<String>(example) {
            Ok(text) if parameter.value_type() == ParameterType::Text => text,
            _ => example.to_owned(),
        };
        match shown {
            Some(value) => parameter.show(value),
            None => parameter.take_json(samples.are_shown(self.sent_in)),
        }
        parameter
    }

    /// A cell a line: description, type, example.
    fn tabbed(&self) -> Divided<'a> {
        let mut cells = self.cells.as_slice();
        let mut example = self.behind.unwrap_or_default();
        // Where the flag `collection` stands, the type is before it.
        if !self.collection
            && let [before @ .., last] = cells
            && (before.len() > 1 || before.last().is_some_and(|cell| type_cell::is_type(cell)))
        {
            example = last;
            cells = before;
        }
        let (type_name, described) = cells.split_last().map_or(("", cells), |(a, b)| (*a, b));
        Divided {
            description: described.join(" "),
            type_name,
            example,
        }
    }

    /// The type stands in the last line before the flags; earlier lines are description alone.
    fn run(&self, shown: Option<&Value>) -> Divided<'a> {
        let Some((last, described)) = self.cells.split_last() else {
            return Divided {
                description: String::new(),
                type_name: "",
                example: self.behind.unwrap_or_default(),
            };
        };
        let example_follows = !self.collection && self.behind.is_none();
        let shown = shown.filter(|_| example_follows);
        let before = shown.and_then(|value| before_value(last, value));
        let found = before
            .and_then(type_cell::at_end)
            .or_else(|| type_cell::in_row(last, example_follows));
        let (described_here, type_name, rest) = match (found, before) {
            (Some(kind), _) => (&last[..kind.start], &last[kind.clone()], &last[kind.end..]),
            (None, Some(before)) => (before, "", &last[before.len()..]),
            (None, None) => (*last, "", ""),
        };
        let mut words = described.to_vec();
        words.push(described_here.trim());
        words.retain(|words| !words.is_empty());
        Divided {
            description: words.join(" "),
            type_name,
            example: self.behind.unwrap_or(rest.trim()),
        }
    }
}

/// The lines of description, type and example, where each of the three begins with a tab: one may be empty,
/// which no other form of a row tells.
fn told_apart(text: &str) -> Option<[Vec<&str>; 3]> {
    let mut cells = text.split('\t');
    let is_first_empty = cells.next()?.trim().is_empty();
    let divided = [cells.next()?, cells.next()?, cells.next()?]
        .map(|cell| cell.lines().map(str::trim).collect());
    (is_first_empty && cells.next().is_none()).then_some(divided)
}

/// The cells that are told apart, without the flags in them.
fn divided<'a>([description, type_name, example]: &[Vec<&'a str>; 3]) -> Divided<'a> {
    let is_said = |line: &&&str| !line.is_empty() && !is_optional(line) && **line != "collection";
    let description: Vec<&str> = description.iter().filter(is_said).copied().collect();
    Divided {
        description: description.join(" "),
        type_name: type_name.iter().find(is_said).copied().unwrap_or_default(),
        example: example
            .iter()
            .find(|line| !line.is_empty())
            .copied()
            .unwrap_or_default(),
    }
}

/// Whether a line says that a parameter may be left out, and nothing that is of a cell: `optional`, `(optional)`,
/// `optional, since 2.1`.
fn is_optional(line: &str) -> bool {
    let line = line.to_lowercase();
    let bare = line.trim_matches(['(', ')', '[', ']', '.']);
    let is_noted =
        |rest: &str| rest.starts_with([',', ';']) && type_cell::in_row(rest, false).is_none();
    bare.strip_prefix(OPTIONAL)
        .is_some_and(|rest| rest.is_empty() || is_noted(rest))
}

/// Whether a description says in its words that a parameter may be left out: `Night mode (optional)`,
/// `Optional. Night mode`, `Night mode, optional`.
fn calls_optional(description: &str) -> bool {
    let words = description.to_lowercase();
    let begins = |text: &str| {
        let rest = text.trim_start().strip_prefix(OPTIONAL);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let mut notes = words.split(['(', '[']).skip(1);
    let ends = || words.trim_end_matches('.').ends_with(", optional");
    begins(&words) || notes.any(begins) || ends()
}

/// The cells of a row behind its name.
struct Divided<'a> {
    description: String,
    type_name: &'a str,
    example: &'a str,
}

/// What stands before the value that the example request shows, where a text ends with that value.
fn before_value<'a>(text: &'a str, value: &Value) -> Option<&'a str> {
    let value = scalar(value)?;
    let start = text.len().checked_sub(value.len())?;
    let (before, end) = text.split_at_checked(start)?;
    let is_whole = before.is_empty() || before.ends_with(' ');
    (!value.is_empty() && is_whole && end.eq_ignore_ascii_case(&value)).then(|| before.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::RequestExample;

    fn read(table: &str) -> Result<Vec<Parameter>, PageError> {
        shown(table, "")
    }

    /// The rows beside the body of an example request.
    fn shown(table: &str, body: &str) -> Result<Vec<Parameter>, PageError> {
        let text = format!("{table}{body}");
        let source = Source::new("page.txt", &text);
        let end = text.len();
        let start = table.len();
        let request = RequestExample {
            method: "POST".to_owned(),
            path: "api/2.0/boat".to_owned(),
            span: Span { start, end: start },
            headers: Vec::new(),
            body: Some(Span { start, end }),
            is_body_unread: false,
        };
        let samples = Samples::new(&source, "api/2.0/boat", Some(&request));
        parameters(
            &source,
            Span {
                start: 0,
                end: start,
            },
            &samples,
            &mut Vec::new(),
        )
    }

    const HEAD: &str = "Name Description Type Example\n";

    /// Description, type, Example cell and value of each row.
    fn cells(table: &str, body: &str) -> Vec<[String; 4]> {
        let rows = shown(table, body).unwrap();
        let cells = rows.into_iter().map(|row| {
            let value = row
                .documented
                .map_or(row.example, |value| value.to_string());
            [row.description, row.type_name, row.cell, value]
        });
        cells.collect()
    }

    #[test]
    fn what_may_be_left_out_is_told_in_its_words_too() {
        let row = |lines: &str| {
            let rows = read(&format!("{HEAD}night\nsent in body\n{lines}\n")).unwrap();
            assert_eq!(rows[0].type_name, "boolean", "{lines}");
            rows[0].optional
        };
        for lines in [
            "Night mode\noptional\nboolean true",
            "Night mode (optional) boolean true",
            "Night mode [Optional, since 2.1] boolean true",
            "Optional. Night mode boolean true",
            "Night mode, optional boolean true",
            "Night mode\noptional, since 2.1\nboolean true",
            "Night mode\n(optional)\nboolean true",
            "\tNight mode\nOptional\tboolean\ttrue",
            "\tNight mode (optional)\tboolean\ttrue",
        ] {
            assert!(row(lines), "{lines}");
        }
        for lines in [
            "Night mode boolean true",
            "Optionally dimmed boolean true",
            "Night mode, not optional at all boolean true",
            "Whether it is an optional mode boolean true",
        ] {
            assert!(!row(lines), "{lines}");
        }
    }

    #[test]
    fn a_type_cell_may_say_anything() {
        for (lines, body, expected) in [
            (
                "New state Afloat, Ashore, Sunk Ashore",
                r#"{"a": "Ashore"}"#,
                ["New state", "Afloat, Ashore, Sunk", "Ashore", "\"Ashore\""],
            ),
            (
                "Kind\noptional\nSail, Steam",
                r#"{"a": "sail"}"#,
                ["Kind", "Sail, Steam", "", "\"sail\""],
            ),
            (
                "Masts System.Int32[]",
                r#"{"a": [1]}"#,
                ["Masts", "System.Int32[]", "", "[1]"],
            ),
            (
                "The photo The bytes of one picture N/A",
                r#"{"a": "N/A"}"#,
                ["The photo The bytes of one picture", "", "N/A", "\"N/A\""],
            ),
            (
                "List of boat IDs System.Collections.Generic.List{System.Int32}",
                r#"{"a": [7]}"#,
                [
                    "List of boat IDs",
                    "System.Collections.Generic.List{System.Int32}",
                    "",
                    "[7]",
                ],
            ),
            (
                "First day Date and Time Whole form: 2024-05-06T07-08-09.000Z",
                r#"{"a": "2024-05-06T07-08-09.000Z"}"#,
                [
                    "First day",
                    "Date and Time",
                    "Whole form: 2024-05-06T07-08-09.000Z",
                    "\"2024-05-06T07-08-09.000Z\"",
                ],
            ),
            ("Anything at all", "", ["Anything at all", "", "", ""]),
            (
                "collection",
                r#"{"a": [{"b": 1}]}"#,
                ["", "", "", "[{\"b\":1}]"],
            ),
        ] {
            let table = format!("{HEAD}a\nsent in body\n{lines}\n");
            assert_eq!(
                cells(&table, body),
                [expected.map(str::to_owned)],
                "{lines}"
            );
        }
    }

    #[test]
    fn what_the_request_shows_as_a_list_is_one() {
        let table = format!("{HEAD}names\nsent in body\nNew names Acme.Names fast\n");
        let rows = shown(&table, r#"{"names": ["fast"]}"#).unwrap();
        assert!(rows[0].collection && !rows[0].flagged);
        assert_eq!(rows[0].example, "fast");
        let table = format!("{HEAD}names\nsent in body\nNew names Collection of strings fast\n");
        assert!(read(&table).unwrap()[0].collection);
    }

    #[test]
    fn cells_may_be_divided_by_tabs() {
        for rows in [
            "id\nsent in url\nBoat ID\tnumber\t7\ntags\nsent in body\nTags\noptional\nCollection of strings\ncollection\nfast\n",
            "id\nsent in url\n\tBoat ID\tnumber\t7\ntags\nsent in body\n\tTags\noptional\n\tCollection of strings\ncollection\n\tfast\n",
        ] {
            let rows = read(&format!("Name\tDescription\tType\tExample\n{rows}")).unwrap();
            let [id, tags] = rows.as_slice() else {
                panic!()
            };
            assert_eq!(
                [&id.description, &id.type_name, &id.example],
                ["Boat ID", "number", "7"]
            );
            assert_eq!(
                [&tags.description, &tags.type_name, &tags.example],
                ["Tags", "Collection of strings", "fast"]
            );
            assert!(tags.optional && tags.collection);
        }
        let rows =
            read("Name\tDescription\tType\tExample\nid\nsent in url\nWords\tnumber\n").unwrap();
        assert_eq!([&rows[0].type_name, &rows[0].example], ["number", ""]);
    }

    #[test]
    fn marks_and_footnotes_are_no_part_of_a_name() {
        let rows = read(&format!(
            "{HEAD}name*\nsent in Body\nName string \"Ada\"\n* = must be given\n"
        ));
        let rows = rows.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!([&rows[0].name, &rows[0].example], ["name", "Ada"]);
    }

    #[test]
    fn cells_of_a_row_are_told_apart_by_the_type() {
        let rows = read("Name Description Type Example\nid\nsent in url\nPhone number number 12\n")
            .unwrap();
        assert_eq!(rows[0].description, "Phone number");
        assert_eq!(rows[0].type_name, "number");
        assert_eq!(rows[0].example, "12");
    }

    #[test]
    fn a_collection_has_its_example_after_the_flag() {
        let rows = read(
            "Name Description Type Example\nids\nsent in body\nArray of contact IDs Collection of numbers\ncollection\n1234\n",
        )
        .unwrap();
        assert_eq!(rows[0].type_name, "Collection of numbers");
        assert_eq!(rows[0].description, "Array of contact IDs");
        assert!(rows[0].collection);
        assert_eq!(rows[0].example, "1234");
    }

    #[test]
    fn a_flag_may_stand_between_description_and_type() {
        let rows = read(
            "Name Description Type Example\na\nsent in query\nSome words\noptional\nstring some text\nb\nsent in body\nYes or no boolean true\n",
        )
        .unwrap();
        assert!(rows[0].optional && !rows[1].optional);
        assert_eq!(rows[0].example, "some text");
        assert_eq!(rows[1].type_name, "boolean");
    }

    #[test]
    fn a_row_without_place_is_an_error_at_its_line() {
        let error = read("Name Description Type Example\nid\nContact ID number 1\n").unwrap_err();
        assert_eq!(error.at, "page.txt:3:1");
        assert_eq!(error.found, "`Contact ID number 1`");
    }

    #[test]
    fn a_cell_of_a_list_or_an_object_is_its_value() {
        let row = |type_name: &str, cell: &str, flag: &str| {
            let columns = "Name\tDescription\tType\tExample\n";
            let text = format!("{columns}a\nsent in body\n\tWhat\n{flag}\t{type_name}\t{cell}\n");
            let source = Source::new("page.txt", &text);
            let body = Span {
                start: 0,
                end: text.len(),
            };
            let samples = Samples::new(&source, "api/2.0/boat", None);
            let rows = parameters(&source, body, &samples, &mut Vec::new());
            rows.unwrap().remove(0)
        };
        for (type_name, cell, is_list, value) in [
            ("int[]", "[1,2]", true, Some("[1,2]")),
            (
                "Array<string>",
                "[\"a\",\"b\"]",
                true,
                Some("[\"a\",\"b\"]"),
            ),
            ("object", "{\"id\": 5}", false, Some("{\"id\":5}")),
            (
                "Collection of objects",
                "[{\"id\":5}]",
                true,
                Some("[{\"id\":5}]"),
            ),
            (
                "Dictionary<string, int>",
                "{\"a\":5}",
                false,
                Some("{\"a\":5}"),
            ),
            ("string", "[1,2]", false, None),
            ("string", "{\"id\":5}", false, None),
            ("int[]", "1", true, None),
            ("int", "[1,2]", false, None),
        ] {
            let row = row(type_name, cell, "");
            assert_eq!(row.collection, is_list, "{type_name}");
            let documented = row.documented.map(|value| value.to_string());
            assert_eq!(documented.as_deref(), value, "{type_name}");
        }
        let optional = row("int[]", "[1,2]", "optional\n");
        assert_eq!(
            (optional.documented, optional.example.as_str()),
            (None, "1")
        );
        assert_eq!(row("int[]", "[]", "").example, "");
    }

    #[test]
    fn no_other_row_ends_in_a_description() {
        let tabbed = "Name\tDescription\tType\tExample\n";
        let id = "id\nsent in url\nBoat ID number 7\n";
        let apart = "id\nsent in url\n\tBoat ID\tnumber\t7\n";
        for (table, line) in [
            (
                format!("{HEAD}{id}lang\nsent in form\nLanguage string en\n"),
                6,
            ),
            (
                format!("{HEAD}boatid      Boat ID       number    7\nsent in url\n"),
                2,
            ),
            (format!("{HEAD}id\nsent in\nBoat ID number 7\n"), 3),
            (
                format!("{HEAD}{id}lang\nSent in the FORM\nLanguage string en\n"),
                6,
            ),
            (format!("{tabbed}{apart}lang\n\tLanguage\tstring\ten\n"), 6),
            (format!("{tabbed}{apart}lang\tLanguage\tstring\ten\n"), 5),
            (
                format!(
                    "{tabbed}id\nsent in url\nID\tnumber\t7\n(in body)\nLanguage\tstring\ten\n"
                ),
                6,
            ),
        ] {
            let error = read(&table).unwrap_err();
            assert_eq!(error.at, format!("page.txt:{line}:1"), "{table}{error}");
            assert!(
                error.expected.contains("`sent in url`, `query` or `body`")
                    || error.expected == "a name on a line of its own",
                "{error}"
            );
        }
        for lawful in [
            "id\nsent in url\nSent in spring number 7\n",
            "id\nsent in url\nBoat ID\nSent in the month of May number 7\n",
            "id\nsent in url\n\tBoat ID\n\tnumber\n\t7\n",
            "id\nsent in url\n\tSent in spring\n\tnumber\n\t7\n",
        ] {
            let rows = read(&format!("{HEAD}{lawful}")).unwrap();
            assert_eq!(rows.len(), 1, "{lawful}");
            assert_eq!(
                [&rows[0].type_name, &rows[0].example],
                ["number", "7"],
                "{lawful}"
            );
        }
    }

    #[test]
    fn a_parameter_of_a_header_is_told_and_left_out() {
        let text = format!(
            "{HEAD}id\nsent in path\nBoat ID number 7\nlang\nsent in Header\nLanguage string en\n"
        );
        let source = Source::new("page.txt", &text);
        let body = Span {
            start: 0,
            end: text.len(),
        };
        let mut unread = Vec::new();
        let samples = Samples::new(&source, "api/2.0/boat", None);
        let rows = parameters(&source, body, &samples, &mut unread).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(
            (rows[0].sent_in, rows[0].description.as_str()),
            (ParameterIn::Path, "Boat ID")
        );
        assert_eq!(unread.len(), 1);
        assert_eq!(source.locate(unread[0].offset), "page.txt:5:1");
        assert_eq!(unread[0].found, "one of `header`, which is left out");
    }

    #[test]
    fn no_parameters_are_no_rows() {
        assert_eq!(
            read("This method doesn't have any parameters.\n").unwrap(),
            []
        );
    }
}
