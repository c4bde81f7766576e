//! Pages in: what the shipped pages promise, how broken ones are refused, and that no text panics.

use std::fmt::Write;

use portal_conformance::contract::{self, Contract, Operation};
use portal_conformance::page::PageFiles;
use portal_conformance::source::Source;
use portal_conformance::{lint, page};
use proptest::prelude::*;

fn shipped() -> Contract {
    contract::of_sources(page::builtin()).unwrap()
}

/// Everything that was read from a page, with places, as a reader would check it.
fn told(operation: &Operation) -> String {
    let source = &operation.source;
    let mut text = String::new();
    let at = |span: portal_conformance::source::Span| source.pos(span.start).to_string();
    let _ = writeln!(text, "id: {}", operation.id);
    let _ = writeln!(
        text,
        "{} {} at {}",
        operation.method,
        operation.path,
        at(operation.heading)
    );
    let _ = writeln!(text, "authenticated: {}", operation.authenticated);
    let _ = writeln!(text, "returns: {}", operation.returns);
    for row in &operation.parameters {
        let _ = writeln!(
            text,
            "parameter {} at {}: {:?}, {}, collection: {}, optional: {}, example `{}` in line {}",
            row.name,
            at(row.span),
            row.sent_in,
            row.type_name,
            row.collection,
            row.optional,
            row.example,
            source.pos(row.example_span.start).line
        );
    }
    if let Some(request) = &operation.request {
        let _ = writeln!(
            text,
            "request {} {} at {}",
            request.method,
            request.path,
            at(request.span)
        );
        for (name, value) in &request.headers {
            let _ = writeln!(text, "  {name}: {value}");
        }
        if let Some(body) = request.body {
            let words: Vec<&str> = source.slice(body).split_whitespace().collect();
            let _ = writeln!(text, "  body at {}: {}", at(body), words.join(" "));
        }
    }
    for response in &operation.responses {
        let lines = source.slice(response.body).lines().count();
        let _ = writeln!(
            text,
            "response {} at {}: {lines} lines from {}",
            source.slice(response.media_type),
            at(response.media_type),
            at(response.body)
        );
    }
    text
}

#[test]
fn the_shipped_pages_are_read_whole() {
    let told: Vec<String> = shipped().operations.iter().map(told).collect();
    crate::support::snapshot("pages", "shipped-pages", &told.join("\n"));
}

#[test]
fn other_descriptions_and_line_ends_give_the_same_contract() {
    let sources = page::builtin()
        .into_iter()
        .map(|source| {
            let text = source
                .text
                .replace(
                    "Reads one contact with everything that is known of it.",
                    "Other words.",
                )
                .replace("The contact to read number", "Contact ID number")
                .replace(
                    "The contacts to tie Collection",
                    "Array of contact IDs Collection",
                )
                .replace('\n', "\r\n");
            Source::new(&source.name, &text)
        })
        .collect();
    let other = contract::of_sources(sources).unwrap();
    for (mine, other) in shipped().operations.iter().zip(&other.operations) {
        assert_eq!(
            told(mine).replace("lines from", ""),
            told(other).replace("lines from", "")
        );
    }
}

#[test]
fn the_shipped_pages_do_not_contradict_themselves() {
    assert_eq!(lint::findings(&shipped()), []);
}

/// The texts of a folder of `tests`, named as their files are.
fn texts(folder: &str) -> Vec<Source> {
    let folder = crate::support::project().join("tests").join(folder);
    let sources = PageFiles::of(&folder).read().unwrap().sources.into_iter();
    let named = sources.map(|source| {
        let name = source.name.rsplit('/').next().unwrap().to_owned();
        Source::new(&name, &source.text)
    });
    named.collect()
}

#[test]
fn broken_pages_are_refused_with_their_line() {
    let sources = texts("page_texts");
    let count = sources.len();
    let errors = contract::of_sources(sources).unwrap_err();
    assert_eq!(errors.0.len(), count, "every fixture is broken");
    crate::support::snapshot("pages", "broken-pages", &errors.to_string());
}

#[test]
fn doubtful_pages_are_read_and_what_is_left_out_is_said() {
    let mut told = Vec::new();
    for source in texts("doubtful_pages") {
        let contract = contract::of_sources(vec![source]).unwrap();
        let remarks = lint::findings(&contract);
        assert!(!remarks.is_empty(), "every fixture is doubtful");
        told.extend(remarks.iter().map(ToString::to_string));
    }
    crate::support::snapshot("pages", "doubtful-pages", &told.join("\n"));
}

#[test]
fn lint_tells_where_a_page_contradicts_itself() {
    let text = page::builtin()[1]
        .text
        .replace("{projectid}", "{project}")
        .replacen("number 1234", "number abc", 1)
        .replacen("\"TaskCount\": 1,", "\"TaskCount\": 2,", 1)
        .replacen("      <City />\n", "", 1)
        .replacen(
            "<IsCompany>False</IsCompany>",
            "<IsCompany>False</IsCompany><Extra>1</Extra>",
            1,
        )
        .replacen("<Tags>Tag2</Tags>", "", 1)
        .replacen("\"contactid\": [\n    1234\n  ]", "\"contactid\": 1234", 1);
    let contract = contract::of_sources(vec![Source::new("page.txt", &text)]).unwrap();
    let remarks: Vec<String> = lint::findings(&contract)
        .iter()
        .map(ToString::to_string)
        .collect();
    crate::support::snapshot("pages", "contradicting-page", &remarks.join("\n"));
}

/// Texts that look like pages: whole lines of one, in any order, with noise between them.
fn page_like() -> impl Strategy<Value = String> {
    let lines: Vec<String> = page::builtin()
        .iter()
        .flat_map(|source| source.text.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let line = prop_oneof![
        8 => proptest::sample::select(lines),
        1 => "\\PC{0,20}",
        1 => Just("Example Response".to_owned()),
        1 => Just("application/json".to_owned()),
        1 => Just("text/xml".to_owned()),
        1 => Just("sent in body".to_owned()),
        1 => Just("{".to_owned()),
    ];
    proptest::collection::vec(line, 0..40).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn any_text_gives_a_contract_or_errors(text in "(?s).{0,200}") {
        read(&text);
    }

    #[test]
    fn any_lines_of_a_page_give_a_contract_or_errors(text in page_like()) {
        read(&format!("GET api/2.0/x/{{id}}\n{text}"));
        read(&text);
    }

    #[test]
    fn a_page_cut_anywhere_gives_a_contract_or_errors(at in 0..5600_usize, which in 0..2_usize) {
        let text = &page::builtin()[which].text;
        read(&text[..text.floor_char_boundary(at)]);
        read(&text[text.floor_char_boundary(at)..]);
    }
}

/// Reads a text, and everything behind it where it is a page.
fn read(text: &str) {
    match contract::of_sources(vec![Source::new("page.txt", text)]) {
        Ok(contract) => {
            let profile = portal_conformance::profile::load("as-documented").unwrap();
            let _ = lint::findings(&contract);
            let _ = portal_conformance::schema::files(&contract, &profile);
        }
        Err(errors) => assert!(
            errors
                .0
                .iter()
                .all(|error| error.at.starts_with("page.txt:"))
        ),
    }
}
