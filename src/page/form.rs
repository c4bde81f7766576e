//! What a text looks like that is no page in the form that is read: the renderings in which the same
//! pages are found, each by signs that no other has.

use std::fmt;

use crate::page::marked::Markup;
use crate::page::row::sent_in;
use crate::page::{METHODS, PARTS_OF_METHODS, title_of};

/// In how many lines a web archive says that it is one.
const HEAD_OF_ARCHIVE: usize = 20;

/// A form in which documentation of an API is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageForm {
    /// A page as it is served, or as a browser saves it.
    Html,
    /// A page and all that it shows in one file, encoded as mail is.
    Archive,
    /// An `OpenAPI` document, in YAML or JSON.
    OpenApi,
    /// A description of an API in a language that is not read.
    Foreign(Foreign),
    /// Markdown with fenced blocks, as sites copy their pages.
    Markdown,
    /// A page of a generated site as text: `Request`, `Headers`, `Responses`.
    Reference,
    /// A page whose titles were lost, with its cells divided by `|`.
    Cells,
    /// A page in which some titles are indented, and other lines are not.
    Indented,
    /// A page whose titles are in another language.
    Translated,
    /// A page whose titles are marked, in a language that is not read.
    Marked(Markup),
    /// A text of which each line begins with its number.
    Numbered,
    /// A text that a mail quotes.
    Quoted,
}

/// Languages in which others describe an API, or what they ask of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Foreign {
    /// API Blueprint.
    Blueprint,
    /// RAML.
    Raml,
    /// A collection of Postman's.
    Postman,
    /// Recorded traffic.
    Har,
    /// WSDL.
    Wsdl,
    /// WADL.
    Wadl,
    /// `AsyncAPI`.
    AsyncApi,
    /// A schema of GraphQL.
    GraphQl,
    /// Protocol buffers.
    Protobuf,
    /// A workspace of Insomnia's.
    Insomnia,
    /// What apiDoc makes of comments, or such comments.
    ApiDoc,
    /// A discovery document of Google's.
    Discovery,
    /// Requests alone, as editors send them.
    Requests,
    /// What curl showed.
    Curl,
}

/// By what a text is known to be in such a language.
struct Sign {
    foreign: Foreign,
    /// Its name.
    words: &'static str,
    /// How it begins, one of these, without its white space.
    begins: &'static [&'static str],
    /// What stands near its beginning, one of these, where that is not enough.
    holds: &'static [&'static str],
}

const fn sign(
    foreign: Foreign,
    words: &'static str,
    begins: &'static [&'static str],
    holds: &'static [&'static str],
) -> Sign {
    Sign {
        foreign,
        words,
        begins,
        holds,
    }
}

/// The languages, each by signs that no other has.
const SIGNS: [Sign; 14] = [
    sign(Foreign::Blueprint, "API Blueprint", &["FORMAT:1A"], &[]),
    sign(Foreign::Raml, "RAML", &["#%RAML"], &[]),
    sign(
        Foreign::Postman,
        "a Postman collection",
        &["{"],
        &["schema.getpostman.com"],
    ),
    sign(Foreign::Har, "recorded traffic (HAR)", &["{\"log\""], &[]),
    sign(
        Foreign::Wsdl,
        "WSDL",
        &["<"],
        &["schemas.xmlsoap.org/wsdl/"],
    ),
    sign(
        Foreign::Wadl,
        "WADL",
        &["<"],
        &["wadl.dev.java.net", "research.sun.com/wadl"],
    ),
    sign(
        Foreign::AsyncApi,
        "AsyncAPI",
        &[
            "asyncapi:",
            "'asyncapi':",
            "\"asyncapi\":",
            "{\"asyncapi\":",
        ],
        &[],
    ),
    sign(
        Foreign::GraphQl,
        "GraphQL",
        &[
            "typeQuery{",
            "typeMutation{",
            "schema{query:",
            "schema{mutation:",
        ],
        &[],
    ),
    sign(
        Foreign::Protobuf,
        "protocol buffers",
        &["syntax=\"proto", "syntax='proto"],
        &[],
    ),
    sign(
        Foreign::Insomnia,
        "an Insomnia workspace",
        &["{", "type:collection.insomnia.rest"],
        &["__export_format", "collection.insomnia.rest"],
    ),
    sign(
        Foreign::ApiDoc,
        "apiDoc",
        &["[{\"type\":", "/**"],
        &["\"url\": \"/", "\"url\":\"/", "@api {"],
    ),
    sign(
        Foreign::Discovery,
        "a Google discovery document",
        &["{\"kind\":\"discovery#"],
        &[],
    ),
    sign(
        Foreign::Requests,
        "requests alone",
        &["###"],
        &[
            "\nGET http",
            "\nPOST http",
            "\nPUT http",
            "\nPATCH http",
            "\nDELETE http",
        ],
    ),
    sign(
        Foreign::Curl,
        "what curl showed",
        &["$curl"],
        &["\nHTTP/", "\n< HTTP/"],
    ),
];

impl Foreign {
    /// The language of a text, where it names itself.
    fn of(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let start = &text[..text.floor_char_boundary(NAMED_WITHIN)];
        let bare: String = start.split_whitespace().take(WORDS_OF_START).collect();
        let is_of = |sign: &&Sign| {
            let holds = || sign.holds.iter().any(|one| start.contains(one));
            let begins = || sign.begins.iter().any(|one| bare.starts_with(one));
            begins() && (sign.holds.is_empty() || holds())
        };
        SIGNS.iter().find(is_of).map(|sign| sign.foreign)
    }

    /// Whether a text in it documents an API, and does not only show what is sent.
    fn is_documentation(self) -> bool {
        !matches!(self, Self::Har | Self::Requests | Self::Curl)
    }
}

/// Whether a text documents an API in a language that is not read.
pub(crate) fn is_foreign(text: &str) -> bool {
    Foreign::of(text).is_some_and(Foreign::is_documentation)
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = SIGNS.iter().find(|sign| sign.foreign == *self);
        f.write_str(sign.map_or("", |sign| sign.words))
    }
}

/// Within how many bytes such a text names itself.
const NAMED_WITHIN: usize = 1_000;
/// In how many words its beginning is known.
const WORDS_OF_START: usize = 8;
/// In how many lines a text is known whose lines have numbers, or are quoted.
const LINES_OF_START: usize = 5;

/// Titles of generated sites that the pages read here do not have.
const REFERENCE: [&str; 5] = [
    "Request",
    "Request body",
    "Request example",
    "Response example",
    "Responses",
];

impl PageForm {
    /// The form of a text of which every title is marked, so that none is read.
    pub(super) fn of_marked(text: &str) -> Option<Self> {
        let has_titles = || text.lines().any(is_title);
        let marked = Markup::of(text)
            .filter(|markup| *markup == Markup::Rtf || !has_titles())
            .map(Self::Marked);
        let foreign = || Foreign::of(text).filter(|_| !has_titles());
        marked.or_else(|| foreign().map(Self::Foreign))
    }

    /// The form of a text, where it has the signs of one.
    pub(super) fn of(text: &str) -> Option<Self> {
        let start = text.trim_start().get(..64).unwrap_or(text.trim_start());
        let start = start.to_ascii_lowercase();
        let mut lines = text.lines().map(str::trim);
        if lines
            .clone()
            .take(HEAD_OF_ARCHIVE)
            .any(|line| line.starts_with("MIME-Version:"))
        {
            Some(Self::Archive)
        } else if let Some(foreign) = Foreign::of(text) {
            Some(Self::Foreign(foreign))
        } else if start.starts_with("<!doctype html")
            || start.starts_with("<html")
            || has_tags(text)
        {
            Some(Self::Html)
        } else if is_openapi(text) {
            Some(Self::OpenApi)
        } else if is_numbered(text) {
            Some(Self::Numbered)
        } else if is_quoted(text) {
            Some(Self::Quoted)
        } else if lines.clone().any(|line| line.starts_with("```")) {
            Some(Self::Markdown)
        } else if lines
            .clone()
            .any(|line| line == "|" || line.ends_with(" |"))
        {
            Some(Self::Cells)
        } else if lines.clone().any(|line| REFERENCE.contains(&line)) {
            Some(Self::Reference)
        } else if text
            .lines()
            .any(|line| line.starts_with([' ', '\t']) && is_title(line))
        {
            Some(Self::Indented)
        } else if lines.clone().any(|line| sent_in(line).is_some()) && !lines.any(is_title) {
            Some(Self::Translated)
        } else {
            None
        }
    }
}

/// Whether each of the first lines begins with its number, and one behind its number with a method.
pub(super) fn is_numbered(text: &str) -> bool {
    let mut lines = text.lines().take(LINES_OF_START).enumerate();
    let is_numbered = |(at, line): (usize, &str)| {
        let number = (at + 1).to_string();
        let rest = line.trim_start().strip_prefix(&number);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let names_method = |line: &str| {
        let second = line.split_whitespace().nth(1);
        second.is_some_and(|word| METHODS.contains(&word))
    };
    text.lines().nth(LINES_OF_START).is_some()
        && lines.all(is_numbered)
        && text.lines().any(names_method)
}

/// Whether each of the first lines is quoted as in a mail.
fn is_quoted(text: &str) -> bool {
    let mut lines = text.lines().take(LINES_OF_START);
    text.lines().nth(LINES_OF_START).is_some() && lines.all(|line| line.starts_with('>'))
}

/// Whether a text is meant to be read as an `OpenAPI` document, or as one of the version before.
pub(crate) fn is_openapi(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let names = |line: &str| {
        let bare = line.trim_start_matches(['"', '\'']);
        ["openapi", "swagger"].iter().any(|name| {
            let rest = bare.strip_prefix(name).unwrap_or_default();
            rest.trim_start_matches(['"', '\'', ' ']).starts_with(':')
        })
    };
    if without_comments(text).starts_with('{') {
        return text.match_indices('"').any(|(at, _)| names(&text[at..]));
    }
    let mut lines = text.lines().filter(|line| {
        let is_blank = line.trim().is_empty() || line.starts_with(['#', '%']);
        !is_blank && !line.starts_with("---")
    });
    // Its first line names something, where that of a page is a heading or a banner. All may be indented alike.
    let first = lines.next().unwrap_or_default();
    let indent = first.len() - first.trim_start_matches(' ').len();
    let first = &first[indent..];
    let mut lines = lines.filter_map(|line| line.get(indent..));
    let is_named = first
        .split_once(':')
        .is_some_and(|(name, _)| !name.trim_end().contains(char::is_whitespace));
    is_named && (names(first) || lines.any(names))
}

/// A text without comments before it that JSON has not, and editors take.
fn without_comments(text: &str) -> &str {
    let mut text = text.trim_start();
    loop {
        let behind = match text.strip_prefix("/*") {
            Some(block) => block.split_once("*/").map(|(_, behind)| behind),
            None if text.starts_with("//") => text.split_once('\n').map(|(_, behind)| behind),
            None => None,
        };
        let Some(behind) = behind else { return text };
        text = behind.trim_start();
    }
}

/// Whether a text is for browsers and has no titles as plain text has them.
pub(super) fn is_html(text: &str) -> bool {
    let is_markup = text.trim_start().starts_with('<');
    match PageForm::of(text) {
        Some(PageForm::Html) => is_markup || !text.lines().any(is_title),
        Some(PageForm::Archive) => false,
        _ => {
            is_markup
                && ["</h1>", "</pre>", "</div>"]
                    .iter()
                    .any(|tag| text.contains(tag))
        }
    }
}

/// Whether a line is the title of a part that every page of a method has.
pub(super) fn is_title(line: &str) -> bool {
    title_of(line.trim()).is_some_and(|title| PARTS_OF_METHODS.contains(&title))
}

/// Whether a page for browsers is in it, whatever stands before.
fn has_tags(text: &str) -> bool {
    ["</html>", "</body>", "</table>"]
        .iter()
        .any(|tag| text.contains(tag))
}

impl fmt::Display for PageForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::Html => "HTML",
            Self::Archive => "a web archive (MHTML)",
            Self::OpenApi => "an OpenAPI document",
            Self::Markdown => "Markdown",
            Self::Reference => "a page of another site as text (`Request`, `Responses`)",
            Self::Cells => "a page without its titles, the cells divided by `|`",
            Self::Indented => "a page whose titles are indented, where other lines are not",
            Self::Translated => "a page with titles in another language",
            Self::Numbered => "a text with numbers before its lines",
            Self::Quoted => "a text that a mail quotes (`> `)",
            Self::Foreign(foreign) => return fmt::Display::fmt(foreign, f),
            Self::Marked(markup) => return fmt::Display::fmt(markup, f),
        };
        f.write_str(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_known_by_its_signs() {
        for (text, expected) in [
            ("\n<!DOCTYPE html>\n<p>GET x</p>", Some(PageForm::Html)),
            (
                "Menu\n<table><tr><td>id</td></tr></table>\n",
                Some(PageForm::Html),
            ),
            (
                "From: <Saved by Blink>\nMIME-Version: 1.0\n\n<html></html>\n",
                Some(PageForm::Archive),
            ),
            (
                "FORMAT: 1A\nHOST: x\n",
                Some(PageForm::Foreign(Foreign::Blueprint)),
            ),
            (
                "#%RAML 1.0\ntitle: x\n",
                Some(PageForm::Foreign(Foreign::Raml)),
            ),
            (
                "{\"info\": {\"schema\": \"https://schema.getpostman.com/json/\"}}",
                Some(PageForm::Foreign(Foreign::Postman)),
            ),
            ("{ \"log\": {}}", Some(PageForm::Foreign(Foreign::Har))),
            (
                "<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\"/>",
                Some(PageForm::Foreign(Foreign::Wsdl)),
            ),
            (
                "<application xmlns=\"http://wadl.dev.java.net/2009/02\"/>",
                Some(PageForm::Foreign(Foreign::Wadl)),
            ),
            (
                "asyncapi: 2.6.0\n",
                Some(PageForm::Foreign(Foreign::AsyncApi)),
            ),
            (
                "type Query {\n  boat: Boat\n}\n",
                Some(PageForm::Foreign(Foreign::GraphQl)),
            ),
            (
                "syntax = \"proto3\";\n",
                Some(PageForm::Foreign(Foreign::Protobuf)),
            ),
            (
                "{\"_type\": \"export\", \"__export_format\": 4}",
                Some(PageForm::Foreign(Foreign::Insomnia)),
            ),
            (
                "[{\"type\": \"get\", \"url\": \"/api/boat\"}]",
                Some(PageForm::Foreign(Foreign::ApiDoc)),
            ),
            (
                "### A boat\nGET https://a.example/api/boat\n",
                Some(PageForm::Foreign(Foreign::Requests)),
            ),
            (
                "$ curl -i https://a.example\nHTTP/1.1 200 OK\n",
                Some(PageForm::Foreign(Foreign::Curl)),
            ),
            (
                "// boats\n/* more */ {\"openapi\": \"3.0.4\"}",
                Some(PageForm::OpenApi),
            ),
            (
                "1 GET x\n2\n3 Returns\n4\n5 Boat\n6\n",
                Some(PageForm::Numbered),
            ),
            (
                "> GET x\n>\n> Returns\n>\n> Boat\n>\n",
                Some(PageForm::Quoted),
            ),
            ("openapi: 3.1.0\ninfo:\n", Some(PageForm::OpenApi)),
            ("{\n  \"openapi\": \"3.0.4\"\n}", Some(PageForm::OpenApi)),
            (
                "{\"info\": {}, \"openapi\": \"3.0.4\"}",
                Some(PageForm::OpenApi),
            ),
            (
                "# Get a boat\n\n```json\n{}\n```\n",
                Some(PageForm::Markdown),
            ),
            (
                "PUT x\nName |\nid\nsent in url\n|\n7\n|\n",
                Some(PageForm::Cells),
            ),
            (
                "GET x\n\nRequest\n\nResponses\n\n200\n",
                Some(PageForm::Reference),
            ),
            (
                "GET x\n\nПараметры\nid\nsent in url\n",
                Some(PageForm::Translated),
            ),
            ("GET x\n\nsome words\n", None),
            ("1,a\n2,b\n3,c\n4,d\n5,e\n6,f\n", None),
            ("", None),
        ] {
            assert_eq!(PageForm::of(text), expected, "{text}");
        }
    }
}
