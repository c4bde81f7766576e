//! Parts of a page that stand under no title, or under one that is spelled otherwise: they are known by how they
//! begin, so that none ends silently in the part above.

use crate::page::row;
use crate::page::{METHODS, PageError, Section, Title, media_type};
use crate::source::{Source, Span};

/// Headers with which an example request begins.
const HEADERS: [&str; 5] = [
    "Accept",
    "Authorization",
    "Content-Length",
    "Content-Type",
    "Host",
];
/// Words that end the title of a table elsewhere, such as `Query parameters`.
const OF_TABLES: [&str; 5] = ["argument", "arguments", "parameter", "parameters", "params"];
/// Words of the title of answers, such as `Sample response`.
const OF_ANSWERS: [&str; 4] = ["answer", "answers", "response", "responses"];
/// Words of the title of an example request, such as `Sample request`.
const OF_REQUESTS: [&str; 2] = ["example", "request"];
/// Of how many words a title is at most.
const MAX_WORDS: usize = 3;

/// Which part begins in a line, by what it holds and what stands on the next one that is not empty.
pub(super) fn begun(line: &str, next: &str) -> Option<Title> {
    let line = line.trim();
    if row::is_columns(line) {
        Some(Title::Parameters)
    } else if media_type(line).is_some() && next.trim().starts_with(['{', '[', '<']) {
        Some(Title::ExampleResponse)
    } else if is_request(line) && is_header(next.trim()) {
        Some(Title::Example)
    } else {
        None
    }
}

/// Whether a line is a title of such a part, as other sites spell it.
pub(super) fn is_title_of(line: &str, part: Title) -> bool {
    let line = line.trim().trim_end_matches(':').to_lowercase();
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_one = |of: &[&str]| words.iter().any(|word| of.contains(word));
    let is_short = (1..=MAX_WORDS).contains(&words.len());
    is_short
        && match part {
            Title::Parameters => words.last().is_some_and(|last| OF_TABLES.contains(last)),
            Title::ExampleResponse => is_one(&OF_ANSWERS),
            Title::Example => is_one(&OF_REQUESTS),
            Title::Description | Title::Remark | Title::Notes | Title::Returns => false,
        }
}

fn is_request(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let method = words.next().unwrap_or_default();
    METHODS.contains(&method) && words.next().is_some_and(|path| path.contains('/'))
}

fn is_header(line: &str) -> bool {
    let name = line.split(':').next().unwrap_or_default();
    name.len() < line.len() && HEADERS.iter().any(|one| one.eq_ignore_ascii_case(name))
}

/// The sections of a page with those that have no title.
pub(super) fn with_untitled(
    source: &Source,
    lines: &[Span],
    mut sections: Vec<Section>,
) -> Vec<Section> {
    let lines = said(source, lines);
    for title in [Title::Parameters, Title::Example, Title::ExampleResponse] {
        if sections.iter().all(|section| section.title != title)
            && let Some(mut found) = untitled(source, &lines, &sections, title)
        {
            let behind = sections.partition_point(|one| one.heading.start < found.heading.start);
            if let Some(next) = sections.get(behind) {
                found.body.end = next.heading.start;
            }
            if let Some(before) = behind.checked_sub(1) {
                sections[before].body.end = found.heading.start;
            }
            sections.insert(behind, found);
        }
    }
    sections
}

/// The lines that are not empty.
fn said(source: &Source, lines: &[Span]) -> Vec<Span> {
    let said = lines.iter().copied();
    said.filter(|line| !source.slice(*line).trim().is_empty())
        .collect()
}

/// The part of a title that no line has, where it begins all the same.
fn untitled(
    source: &Source,
    lines: &[Span],
    sections: &[Section],
    title: Title,
) -> Option<Section> {
    let text = |at: usize| lines.get(at).map_or("", |line| source.slice(*line));
    let at = (0..lines.len()).find(|at| {
        begun(text(*at), text(at + 1)) == Some(title)
            && !is_of_its_section(source, lines, *at, section_of(sections, lines[*at]))
    })?;
    let body = lines[at];
    let above = at.checked_sub(1).map(|above| lines[above]);
    let place = |line: Span| section_of(sections, line).map(|section| section.heading);
    let above =
        above.filter(|line| place(*line) == place(body) && is_title_of(source.slice(*line), title));
    let end = Span {
        end: body.start,
        ..body
    };
    Some(Section {
        title,
        heading: above.unwrap_or(end),
        body: Span {
            start: body.start,
            end: source.text.len(),
        },
    })
}

/// The section in which a line stands, its title left out.
fn section_of(sections: &[Section], line: Span) -> Option<&Section> {
    let before = sections.partition_point(|one| one.body.start <= line.start);
    sections.get(before.checked_sub(1)?)
}

/// Whether a line that begins a part is a cell, or the beginning of the section.
fn is_of_its_section(
    source: &Source,
    lines: &[Span],
    at: usize,
    section: Option<&Section>,
) -> bool {
    let Some(section) = section else {
        return false;
    };
    let above = at.checked_sub(1).map(|above| lines[above]);
    let above = above.filter(|line| line.start >= section.body.start);
    match section.title {
        Title::Parameters => above.is_none_or(|line| row::place(source.slice(line)).is_some()),
        Title::Example => above.is_none(),
        Title::ExampleResponse => true,
        Title::Description | Title::Remark | Title::Notes | Title::Returns => false,
    }
}

/// Sees to it that nothing of the table or of the answers stands where it is not read.
///
/// # Errors
///
/// A [`PageError`] where a table, a row or an answer stands in a section that is none of it.
pub(super) fn check(
    source: &Source,
    lines: &[Span],
    sections: &[Section],
) -> Result<(), PageError> {
    let lines = &said(source, lines);
    let text = |at: usize| lines.get(at).map_or("", |line| source.slice(*line));
    for (at, line) in lines.iter().enumerate() {
        let section = section_of(sections, *line);
        let is_titled = sections.iter().any(|one| one.heading == *line);
        let title = section.map(|section| section.title);
        if is_titled || title == Some(Title::ExampleResponse) {
            continue;
        }
        let is_of_table = title == Some(Title::Parameters);
        if row::is_known_place(text(at)) && !is_of_table {
            let expected = "rows below the titles of the table alone";
            let found = format!("`{}`", text(at).trim());
            return Err(PageError::new(source, line.start, expected, &found));
        }
        if is_of_its_section(source, lines, at, section) {
            continue;
        }
        let expected = match begun(text(at), text(at + 1)) {
            Some(Title::Parameters) if is_of_table || has_rows(source, &lines[at + 1..]) => {
                "one table of parameters"
            }
            Some(Title::ExampleResponse) if title != Some(Title::Example) => {
                "answers below `Example Response` alone"
            }
            Some(Title::Example) if is_of_table => "requests below `Example` alone",
            _ => continue,
        };
        let found = format!("`{}`", text(at).trim());
        return Err(PageError::new(source, line.start, expected, &found));
    }
    Ok(())
}

/// Whether a row of a table of parameters begins in the first lines.
fn has_rows(source: &Source, lines: &[Span]) -> bool {
    let mut lines = lines.iter().take(2).map(|line| source.slice(*line));
    lines.any(|line| row::place(line).is_some())
}
