//! The table of parameters, as its text was published: the cells of a row run into one another.
//!
//! A row is the name on a line, `sent in ...` on the next, then description, type and example in
//! one run of text with the flags `optional` and `collection` on lines of their own. The type is the
//! last known type name that still has a text behind it; `collection` ends the type, so where that
//! flag stands the example is what follows it.

use crate::contract::{Parameter, ParameterIn, bound};
use crate::page::{PageError, lines_of};
use crate::source::{Source, Span};

/// The line under a name, and what it says.
const SENT_IN: [(&str, ParameterIn); 3] = [
    ("sent in url", ParameterIn::Path),
    ("sent in query", ParameterIn::Query),
    ("sent in body", ParameterIn::Body),
];

/// The words of a type cell, as seen on pages; `*` stands for one word.
const TYPES: [&str; 21] = [
    "Collection of *",
    "collection of *",
    "List of *",
    "Array of *",
    "array of *",
    "Date and Time",
    "Bool value",
    "boolean",
    "bool",
    "number",
    "integer",
    "int",
    "long",
    "decimal",
    "double",
    "float",
    "byte",
    "string",
    "guid",
    "date",
    "object",
];

/// Reads the rows of the table; none where the section says that there are no parameters.
pub(super) fn parameters(source: &Source, body: Span) -> Result<Vec<Parameter>, PageError> {
    let lines: Vec<Span> = lines_of(source, body)
        .into_iter()
        .filter(|line| !source.slice(*line).trim().is_empty())
        .collect();
    let text = |at: usize| source.slice(lines[at]).trim();
    let Some(first) = lines.first() else {
        return Ok(Vec::new());
    };
    if text(0)
        .to_lowercase()
        .contains("doesn't have any parameters")
    {
        return Ok(Vec::new());
    }
    if text(0) != "Name Description Type Example" {
        let expected = "`Name Description Type Example`";
        return Err(PageError::new(
            source,
            first.start,
            expected,
            &format!("`{}`", text(0)),
        ));
    }
    let is_sent_in = |at: usize| at < lines.len() && sent_in(text(at)).is_some();
    let mut rows = Vec::new();
    let mut at = 1;
    while at < lines.len() {
        if !is_sent_in(at + 1) {
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
        let end = (at + 2..lines.len())
            .find(|next| is_sent_in(next + 1))
            .unwrap_or(lines.len());
        if rows.len() == bound::MAX_PARAMETERS {
            let expected = format!("at most {} parameters", bound::MAX_PARAMETERS);
            let found = "one more";
            return Err(PageError::new(source, lines[at].start, &expected, found));
        }
        rows.push(row(source, &lines[at..end])?);
        at = end;
    }
    Ok(rows)
}

fn sent_in(line: &str) -> Option<ParameterIn> {
    let line = line.to_lowercase();
    SENT_IN
        .into_iter()
        .find(|(words, _)| *words == line)
        .map(|(_, sent_in)| sent_in)
}

fn row(source: &Source, lines: &[Span]) -> Result<Parameter, PageError> {
    let name = source.slice(lines[0]).trim();
    let mut parameter = Parameter {
        name: name.to_owned(),
        sent_in: sent_in(source.slice(lines[1]).trim()).unwrap_or(ParameterIn::Query),
        description: String::new(),
        type_name: String::new(),
        collection: false,
        optional: false,
        example: String::new(),
        span: source.span_of(name),
        example_span: lines[0],
    };
    let mut described = Vec::new();
    let mut example: Option<&str> = None;
    for line in &lines[2..] {
        match source.slice(*line).trim() {
            "optional" => parameter.optional = true,
            "collection" => parameter.collection = true,
            text if parameter.collection => example = example.or(Some(text)),
            text => described.push(text),
        }
    }
    if described.is_empty() {
        return Ok(parameter);
    }
    // The type stands in the last line before the flags; earlier lines are description alone.
    let last = described.pop().unwrap_or_default();
    let Some(kind) = find_type(last, !parameter.collection) else {
        let expected = format!("a type such as `number` for the parameter `{name}`");
        let offset = source.span_of(last).start;
        return Err(PageError::new(
            source,
            offset,
            &expected,
            &format!("`{last}`"),
        ));
    };
    described.push(last[..kind.start].trim());
    described.retain(|words| !words.is_empty());
    parameter.description = described.join(" ");
    last[kind.range()].clone_into(&mut parameter.type_name);
    let example = example.unwrap_or(last[kind.end..].trim());
    example.clone_into(&mut parameter.example);
    if !example.is_empty() {
        parameter.example_span = source.span_of(example);
    }
    Ok(parameter)
}

/// Finds the type in a run of `description type example`.
///
/// The last type name with a text behind it wins; with none such (or where the example stands
/// elsewhere) the last type name of the line.
fn find_type(text: &str, example_follows: bool) -> Option<Span> {
    let mut found: Vec<Span> = Vec::new();
    for (start, _) in text.char_indices() {
        if start > 0 && !text[..start].ends_with(' ') {
            continue;
        }
        let longest = TYPES
            .iter()
            .filter_map(|pattern| type_at(&text[start..], pattern))
            .max();
        if let Some(length) = longest {
            // A name inside a longer one (`number` in `Collection of numbers`) is not another type.
            if found.last().is_none_or(|last| last.end <= start) {
                found.push(Span {
                    start,
                    end: start + length,
                });
            }
        }
    }
    let with_example = found
        .iter()
        .rfind(|kind| example_follows && !text[kind.end..].trim().is_empty());
    with_example.or(found.last()).copied()
}

/// How many bytes at the start of a text are this type, when it ends at a word's end.
fn type_at(text: &str, pattern: &str) -> Option<usize> {
    let (words, wild) = match pattern.strip_suffix('*') {
        Some(words) => (words, true),
        None => (pattern, false),
    };
    let rest = text.strip_prefix(words)?;
    let word = if wild {
        rest.split(' ').next()?.len()
    } else {
        0
    };
    let length = words.len() + word;
    let whole = matches!(text[length..].chars().next(), None | Some(' '));
    (whole && (!wild || word > 0)).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: &str) -> Result<Vec<Parameter>, PageError> {
        let source = Source::new("page.txt", table);
        let end = source.text.len();
        parameters(&source, Span { start: 0, end })
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
    fn no_parameters_are_no_rows() {
        assert_eq!(
            read("This method doesn't have any parameters.\n").unwrap(),
            []
        );
    }
}
