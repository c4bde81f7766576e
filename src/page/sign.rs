//! Whether a text that lies among pages is one of them, as far as a glance tells: it names a method and a path
//! as a page does, or has a part that only pages have.
//!
//! A text for readers, such as a licence or an index, names neither; one that shows a request in a fence, or
//! lists what there is, is no page of it.

use crate::page::form::{PageForm, is_html};
use crate::page::row::{COLUMNS, is_columns, is_known_place, says_none};
use crate::page::{
    METHODS, Title, archive, html, is_heading_in_words, margin, marked, media_type, title_of,
};
use crate::source::Source;

/// Titles of generated sites below which a request or its answers stand.
const OF_SITES: [&str; 7] = [
    "request",
    "request body",
    "request example",
    "response",
    "response body",
    "response example",
    "responses",
];
/// How an answer begins whose media type ran into it.
const GLUED: [&str; 4] = [
    "application/json{",
    "application/json[",
    "application/xml<",
    "text/xml<",
];
/// From how many blanks on a line is an example in Markdown.
const INDENT: &str = "    ";

/// What a line tells.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a sign of its own")]
struct Signs {
    /// Whether a line is a method and a path.
    has_heading: bool,
    /// Whether one begins so, in an example or with words behind.
    names_operation: bool,
    /// Whether a title stands there that most pages have, and other texts may.
    has_title: bool,
    /// Which titles of pages stand there.
    titles: Vec<Title>,
    /// Whether there is what only pages have.
    has_part: bool,
    /// Whether the last line was a media type.
    is_media_type: bool,
    /// Whether a body stands below a media type.
    has_answer: bool,
    is_in_fence: bool,
}

/// Whether a text is a page, or what is left of one.
pub(super) fn is_page(text: &str) -> bool {
    let mut signs = Signs::default();
    if is_html(text) {
        html::read_lines(text, |line| signs.see(line));
        return signs.are_of_a_page();
    }
    if marked::is_rtf(text) {
        let mut signs = Signs::default();
        marked::without_controls(text)
            .lines()
            .for_each(|line| signs.see(line));
        return signs.are_of_a_page();
    }
    let margin = margin::of(text);
    // Most pages begin with their heading.
    let is_certain = text.lines().any(|line| {
        signs.see(line.strip_prefix(margin).unwrap_or(line));
        signs.has_part || signs.has_heading
    });
    if !is_certain && PageForm::of(text) == Some(PageForm::Archive) {
        // What cannot be decoded may have been one.
        let source = Source::new("", text);
        return archive::html(&source).is_none_or(|page| is_page(&page.text));
    }
    is_certain || signs.are_of_a_page()
}

impl Signs {
    fn are_of_a_page(&self) -> bool {
        let parts = [Title::Parameters, Title::Returns];
        let is_left = parts.iter().all(|title| self.titles.contains(title));
        let is_told = self.names_operation && (self.has_title || self.has_answer);
        self.has_part || self.has_heading || is_left || is_told
    }

    fn see(&mut self, line: &str) {
        let text = line.trim();
        if !text.is_empty() {
            let is_below = std::mem::replace(&mut self.is_media_type, media_type(text).is_some());
            self.has_answer |= is_below && text.starts_with(['{', '[', '<']);
            self.has_part |= GLUED.iter().any(|glued| text.starts_with(glued));
        }
        if text.starts_with("```") || text.starts_with("~~~") {
            self.is_in_fence = !self.is_in_fence;
            return;
        }
        let is_mark = |c: char| c.is_whitespace() || matches!(c, '#' | '*' | '`' | '>');
        let mut words = text.split(is_mark).filter(|word| !word.is_empty());
        if let (Some(method), Some(path)) = (words.next(), words.next())
            && path.contains('/')
            && (METHODS.contains(&method) || is_heading_in_words(text))
        {
            self.names_operation = true;
            let is_listed = text.starts_with(['-', '+']) || text.starts_with("* ");
            let is_shown = self.is_in_fence || line.starts_with(INDENT) || line.starts_with('\t');
            let behind = words.next();
            let is_bare = behind.is_none_or(|word| word == "This" || word.starts_with(['|', '(']));
            self.has_heading |= is_bare && !is_listed && !is_shown;
        }
        let title = text.trim_start_matches('#').trim();
        let of_pages = title_of(title);
        if let Some(title) = of_pages
            && !self.titles.contains(&title)
        {
            self.titles.push(title);
        }
        self.has_title |=
            !self.titles.is_empty() || OF_SITES.iter().any(|of| of.eq_ignore_ascii_case(title));
        let columns = title.split(|c: char| c.is_whitespace() || c == '|');
        let is_table = columns.filter(|word| !word.is_empty()).eq(COLUMNS);
        self.has_part |= of_pages == Some(Title::ExampleResponse)
            || is_table
            || is_columns(text)
            || (says_none(text) && text.starts_with("This "))
            || is_known_place(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_a_method_or_has_a_part_that_only_pages_have() {
        for page in [
            "GET api/x\n\nwords\n",
            "Menu\n\nPUT /api/x This function requires authentication\n",
            "# Tram\n\n**GET** `/api/tram/{id}`\n\nwords\n",
            "### GET /api/tram\n",
            "Name Description Type Example\nid\n",
            "Name | Description | Type | Example |\n",
            "words\nsent in url\n",
            "Trams.\nThis method doesn't have any parameters.\nGET api/trams Host: a.example\n",
            "Menu\n\nParameters\n\nNone.\n\nReturns\n\nA tram\n",
            "words\n\nExample Response\n\n{}\n",
            "<html><h1><b>GET</b> <i>api/x</i></h1></html>",
            "<html><body><table><tr><td>Name</td></tr></table><p>Example Response</p></body></html>",
            "Get a tram\n\nGET /api/tram HTTP/1.1\n\nResponses\n\n200\n",
            "MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: x\n\n?",
        ] {
            assert!(is_page(page), "{page}");
        }
        for other in [
            "",
            "# Trams\n\nHow to try `GET /api/tram`:\n\n```\nGET /api/tram\n```\n",
            "# Trams\n\n- GET /api/tram\n- **PUT** `/api/tram`\n\n## Notes\n",
            "Try it:\n\n    GET /api/tram\n",
            "GET it while you can.\n",
            "Most of these methods say that this one doesn't have any parameters.\n",
            "Licence\n\nParameters of this licence and/or others.\nParameters\n",
            "GET /api/tram lists all trams.\n",
            "<html><ul><li><a href='x'>GET api/x</a></li></ul></html>",
            "MIME-Version: 1.0\nContent-Type: text/html\n\n<html><p>Words</p></html>",
        ] {
            assert!(!is_page(other), "{other}");
        }
    }
}
