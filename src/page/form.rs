//! What a text looks like that is no page in the form that is read: the renderings in which the same
//! pages are found, each by signs that no other has.

use std::fmt;

use crate::page::marked::Markup;
use crate::page::row::sent_in;
use crate::page::{PARTS_OF_METHODS, title_of};

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
}

impl Foreign {
    /// The language of a text, where it names itself.
    fn of(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let start = text
            .get(..text.floor_char_boundary(NAMED_WITHIN))
            .unwrap_or_default();
        if start.starts_with("FORMAT: 1A") {
            Some(Self::Blueprint)
        } else if start.starts_with("#%RAML") {
            Some(Self::Raml)
        } else if start.starts_with('{') && start.contains("schema.getpostman.com") {
            Some(Self::Postman)
        } else if start.starts_with('{') && start[1..].trim_start().starts_with("\"log\"") {
            Some(Self::Har)
        } else if start.starts_with('<') && start.contains("schemas.xmlsoap.org/wsdl/") {
            Some(Self::Wsdl)
        } else {
            None
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blueprint => "API Blueprint",
            Self::Raml => "RAML",
            Self::Postman => "a Postman collection",
            Self::Har => "recorded traffic (HAR)",
            Self::Wsdl => "WSDL",
        })
    }
}

/// Within how many bytes such a text names itself.
const NAMED_WITHIN: usize = 1_000;

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
        Markup::of(text)
            .filter(|markup| *markup == Markup::Rtf || !has_titles())
            .map(Self::Marked)
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
    if text.trim_start().starts_with('{') {
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
            ("", None),
        ] {
            assert_eq!(PageForm::of(text), expected, "{text}");
        }
    }
}
