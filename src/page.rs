//! A documentation page, cut into its titled sections and given no meaning yet.
//!
//! In comes the text of one page, out comes its heading (method and path) and its sections in order.
//! What a section says is left to [`crate::contract`]. How each construct is read is written down in
//! `docs/pages.md`.

mod archive;
mod authentication;
mod blank;
mod cells;
mod files;
mod form;
mod html;
mod margin;
mod marked;
mod media_type;
mod row;
mod sign;
mod undecoded;
mod untitled;

use crate::page::authentication::Authentication;
pub use crate::page::files::{PageFiles, ReadError, Texts};
use crate::page::form::PageForm;
pub(crate) use crate::page::form::{is_foreign, is_openapi};
pub(crate) use crate::page::margin::without_margin;
pub(crate) use crate::page::media_type::media_type;
pub(crate) use crate::page::row::{
    MARK, is_columns, is_none, place, says_none, sent_in, without_bullet,
};
use crate::source::{Source, Span};

/// How much is shown of what stands in the place of something else, in characters.
const MAX_SHOWN: usize = 300;

/// How many lines a page may have: it is read line by line, for each form in which it may be published.
const MAX_LINES: usize = 500_000;

/// The methods a heading may start with.
pub(crate) const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

/// The titles that open a section, as published.
const TITLES: [(&str, Title); 8] = [
    ("Description", Title::Description),
    ("Parameters", Title::Parameters),
    ("Remark", Title::Remark),
    ("Remarks", Title::Remark),
    ("Notes", Title::Notes),
    ("Example", Title::Example),
    ("Returns", Title::Returns),
    ("Example Response", Title::ExampleResponse),
];

/// Titles below which a line with a method is the example request, and no heading.
const TABLE_OR_EXAMPLE: [Title; 3] = [Title::Parameters, Title::Example, Title::ExampleResponse];

/// Titles below which nothing is said of the operation as a whole.
const ENDS_HEAD: [Title; 4] = [
    Title::Parameters,
    Title::Example,
    Title::Returns,
    Title::ExampleResponse,
];

/// Titles of which a page that documents a method has one.
const PARTS_OF_METHODS: [Title; 3] = [Title::Parameters, Title::Returns, Title::ExampleResponse];

/// The pages that are compiled in: name and text.
const BUILTIN: [(&str, &str); 2] = [
    (
        "pages/get-crm-contact-contactid.txt",
        include_str!("../pages/get-crm-contact-contactid.txt"),
    ),
    (
        "pages/post-crm-contact-project-projectid.txt",
        include_str!("../pages/post-crm-contact-project-projectid.txt"),
    ),
];

/// One page: a heading and its sections.
#[derive(Debug, Clone)]
pub struct Page {
    /// The page's text.
    pub source: Source,
    /// The method of the heading, in whatever letters.
    pub method: Span,
    /// The path of the heading, as written, for example `api/2.0/crm/contact/{contactid}`.
    pub path: Span,
    /// Whether the page says that authentication is required.
    pub authenticated: bool,
    /// Whether it says nothing of that in a form that loses these words.
    pub has_lost_authentication: bool,
    /// The first line above its parts that speaks of it in words that are not known, where none is.
    pub unclear_authentication: Option<Span>,
    /// The sections in the order of the page.
    pub sections: Vec<Section>,
}

/// The titled parts of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Title {
    /// What the operation does.
    Description,
    /// The table of parameters.
    Parameters,
    /// A remark, not read.
    Remark,
    /// Notes, not read.
    Notes,
    /// The example request.
    Example,
    /// What is returned, in words.
    Returns,
    /// The example responses.
    ExampleResponse,
}

/// A title and the text below it.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// Which section it is.
    pub title: Title,
    /// Where the title stands.
    pub heading: Span,
    /// The text between this title and the next.
    pub body: Span,
}

/// Why a text is not a page that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: expected {expected}, found {found}\n{excerpt}")]
pub struct PageError {
    /// `file:line:column`.
    pub at: String,
    /// What the grammar of a page asks for at this place.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// The line, and below it a caret line; no line end at the end.
    pub excerpt: String,
}

/// A part of a message, which may hold a line of the page, however long.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_SHOWN)
        .collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// From an offset to the end of its line, blanks at the end left out.
fn rest_of_line(source: &Source, offset: usize) -> Span {
    let start = source.text.floor_char_boundary(offset);
    let rest = source.text[start..].lines().next().unwrap_or_default();
    Span {
        start,
        end: start + rest.trim_end().len(),
    }
}

impl PageError {
    /// An error at a byte offset of a text.
    #[must_use]
    pub fn new(source: &Source, offset: usize, expected: &str, found: &str) -> Self {
        Self {
            at: source.locate(offset),
            expected: shown(expected),
            found: shown(found),
            excerpt: source.excerpt(rest_of_line(source, offset)).to_string(),
        }
    }
}

impl Page {
    /// Cuts one text into heading and sections.
    ///
    /// Lines before the heading (banners, breadcrumbs) are passed over. A heading that ran into the
    /// remark behind it ends before the remark.
    ///
    /// ```
    /// # use portal_conformance::{page::Page, source::Source};
    /// let text = "GET api/2.0/crm/contact/{contactid}\n\nReturns\n\nContact\n";
    /// let page = Page::parse(Source::new("contact.txt", text)).unwrap();
    /// assert_eq!(page.source.slice(page.path), "api/2.0/crm/contact/{contactid}");
    /// assert_eq!(page.sections.len(), 1);
    /// ```
    ///
    /// # Errors
    ///
    /// A [`PageError`] where no line holds a method and a path, where no section has a title, or where
    /// one stands twice.
    pub fn parse(source: Source) -> Result<Self, PageError> {
        if let Some((end, _)) = source.text.match_indices('\n').nth(MAX_LINES) {
            let expected = format!("a page of at most {MAX_LINES} lines");
            return Err(PageError::new(&source, end, &expected, "one more line"));
        }
        if let Some(PageForm::Archive) = PageForm::of(&source.text)
            && let Some(page) = archive::html(&source)
        {
            return Self::cut(html::rendered(&page)?, Some(PageForm::Html));
        }
        if form::is_html(&source.text) {
            return Self::cut(html::rendered(&source)?, Some(PageForm::Html));
        }
        let source = margin::level(blank::plain(source));
        if let Some(form) = PageForm::of_marked(&source.text) {
            let first = source.text.find(|c: char| !c.is_whitespace());
            let expected = "a page in plain text, with titles on lines of their own";
            let found = format!("{form}, which is not read");
            return Err(PageError::new(
                &source,
                first.unwrap_or(0),
                expected,
                &found,
            ));
        }
        match cells::rendered(&source) {
            Some(rendered) => Self::cut(rendered?, Some(PageForm::Cells)),
            None => Self::cut(source, None),
        }
    }

    /// Cuts a plain text, which may be made of another form.
    fn cut(source: Source, rendered_of: Option<PageForm>) -> Result<Self, PageError> {
        let lines = lines(&source.text);
        let before = lines.iter().map(|line| source.slice(*line));
        let before = before.take_while(|line| !opens_table_or_example(line));
        let heading = [is_heading, is_heading_in_words]
            .into_iter()
            .find_map(|is_one| before.clone().position(is_one))
            .ok_or_else(|| no_heading(&source, rendered_of))?;
        let line = lines[heading];
        let text = &source.text[line.range()];
        let (method, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = without_host(rest.trim_start());
        let word = rest.split_whitespace().next().unwrap_or_default();
        let next = lines
            .get(heading + 1)
            .map_or("", |next| source.slice(*next).trim());
        let remark = authentication::remark(rest).or_else(|| {
            // The words may go on in the next line.
            let whole = format!("{} {next}", rest.trim_end());
            authentication::remark(&whole).filter(|(at, _)| *at < rest.trim_end().len())
        });
        let path = &word[..remark.map_or(word.len(), |(start, _)| start.min(word.len()))];
        let below = &lines[heading + 1..];
        let sections = untitled::with_untitled(&source, below, sections(&source, below)?);
        let end = Span {
            start: line.start,
            end: source.text.len(),
        };
        // Copied pages may have these words on a line of their own.
        let first = sections
            .iter()
            .find(|section| ENDS_HEAD.contains(&section.title));
        let before = first.map_or(source.text.len(), |section| section.heading.start);
        let head = below.partition_point(|line| line.start < before);
        let head = &below[..head];
        let said = remark.map(|(_, said)| said);
        let said =
            said.or_else(|| (0..head.len()).find_map(|at| Some(said_at(&source, &head[at..])?.1)));
        let mentions = |line: &&Span| authentication::is_mentioned(source.slice(**line));
        // A description may be of authentication itself.
        let above = sections.first().map_or(before, |first| first.heading.start);
        let mut above = head.iter().take_while(|line| line.start < above);
        let unclear_authentication = above.find(mentions).copied();
        let unclear_authentication = unclear_authentication.filter(|_| said.is_none());
        let is_of_method = |section: &Section| PARTS_OF_METHODS.contains(&section.title);
        let is_answered = |section: &Section| section.title == Title::ExampleResponse;
        let (is_page, form) = if rendered_of.is_some() {
            (sections.iter().any(is_of_method), rendered_of)
        } else {
            let form = PageForm::of(source.slice(end)).filter(|form| {
                // Rows are written so in every language; the titles above them are not.
                sections.is_empty() || *form != PageForm::Translated
            });
            let is_other = form.is_some() && !sections.iter().any(is_answered);
            (!sections.is_empty() && !is_other, form)
        };
        if !is_page {
            let expected = "titles such as `Parameters` and `Example Response` below the heading";
            let found = not_read(form, rendered_of).unwrap_or_else(|| "none".to_owned());
            return Err(PageError::new(&source, line.start, expected, &found));
        }
        untitled::check(&source, below, &sections)?;
        Ok(Self {
            method: source.span_of(method),
            path: source.span_of(path),
            authenticated: said == Some(Authentication::Needed),
            has_lost_authentication: said.is_none() && rendered_of == Some(PageForm::Cells),
            unclear_authentication,
            sections,
            source,
        })
    }

    /// The section of a title, where the page has it.
    #[must_use]
    pub fn section(&self, title: Title) -> Option<&Section> {
        self.sections.iter().find(|section| section.title == title)
    }
}

/// The pages that are compiled in, sorted by name.
#[must_use]
pub fn builtin() -> Vec<Source> {
    BUILTIN
        .iter()
        .map(|(name, text)| Source::new(name, text))
        .collect()
}

/// The spans of the lines of a text, without their ends.
#[must_use]
pub fn lines(text: &str) -> Vec<Span> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let span = Span {
                start,
                end: start + line.trim_end_matches(['\n', '\r']).len(),
            };
            start += line.len();
            span
        })
        .collect()
}

/// Whether a line is a title below which no heading stands.
fn opens_table_or_example(line: &str) -> bool {
    title_of(line.trim_end()).is_some_and(|title| TABLE_OR_EXAMPLE.contains(&title))
}

/// Whether a line holds a method and a path, and nothing that only a request has: a query, a version of
/// HTTP, headers.
fn is_heading(line: &str) -> bool {
    line.split_once(' ').is_some_and(|(method, rest)| {
        let mut words = rest.split_whitespace();
        let path = words.next().unwrap_or_default();
        let is_request = path.contains('?')
            || words.any(|word| word.starts_with("HTTP/") || word.eq_ignore_ascii_case("host:"));
        METHODS.contains(&method) && !path.is_empty() && !is_request
    })
}

/// Whether a line is a heading but for the letters of its method, as in `Get api/2.0/boat/{id}`: words may begin
/// so, too, so that the path must look like one of an API, and nothing may stand behind it.
fn is_heading_in_words(line: &str) -> bool {
    let Some((path, has_more)) = path_of(line) else {
        return false;
    };
    let is_of_api = ["/", "api/", "http://", "https://"]
        .iter()
        .any(|start| path.len() > start.len() && path.starts_with(start));
    is_of_api && !has_more && !path.contains('?')
}

/// What stands in the place of the path behind a method in any letters, and whether there is more than the words
/// about authentication behind it.
fn path_of(line: &str) -> Option<(&str, bool)> {
    let (method, rest) = line.split_once(' ')?;
    let mut known = METHODS.iter();
    known.find(|known| known.eq_ignore_ascii_case(method))?;
    let rest = rest.trim();
    let word = rest.split_whitespace().next()?;
    let remark = authentication::remark(rest).map_or(rest.len(), |(at, _)| at);
    let path = &word[..word.len().min(remark)];
    Some((path, !rest[path.len()..remark].trim().is_empty()))
}

/// A path with what stands behind it, without the portal before it.
fn without_host(text: &str) -> &str {
    let address = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let path = address.and_then(|address| address.find('/').map(|at| &address[at..]));
    path.unwrap_or(text)
}

/// How many of the first lines say of authentication and of nothing else, and what: one, or two where the words go on
/// in the next line.
fn said_at(source: &Source, lines: &[Span]) -> Option<(usize, Authentication)> {
    let text = |at: usize| lines.get(at).map(|line| source.slice(*line).trim());
    let first = text(0).filter(|first| !first.is_empty())?;
    if let Some(said) = authentication::of_line(first) {
        return Some((1, said));
    }
    let said = authentication::of_line(&format!("{first} {}", text(1)?));
    Some((2, said?))
}

/// How many of the first lines say of authentication and of nothing else.
pub(crate) fn lines_of_authentication(source: &Source, lines: &[Span]) -> usize {
    said_at(source, lines).map_or(0, |(count, _)| count)
}

/// What sites show behind a title as a link to it.
const ANCHORS: [char; 5] = ['¶', '#', '§', '🔗', '\u{fe0f}'];

/// A title without the link to it that may stand behind.
fn without_anchor(line: &str) -> &str {
    let line = line.trim_end();
    line.trim_end_matches(ANCHORS).trim_end()
}

/// The title that a line is, where it is nothing else: as published, in capitals, with a colon behind, or a link to
/// itself.
fn title_of(line: &str) -> Option<Title> {
    let line = without_anchor(line);
    let line = line.strip_suffix(':').unwrap_or(line).trim_end();
    let is_one = |name: &str| {
        let is_capital = || line.bytes().all(|byte| !byte.is_ascii_lowercase());
        // Of two words, sites write the second one small as well.
        let is_alike = name.eq_ignore_ascii_case(line);
        name == line || is_alike && (name.contains(' ') || is_capital())
    };
    let found = TITLES.into_iter().find(|(name, _)| is_one(name));
    found.map(|(_, title)| title)
}

/// What is said of a text in a form that is not read, or in which nothing was found.
fn not_read(form: Option<PageForm>, rendered_of: Option<PageForm>) -> Option<String> {
    form.map(|form| match rendered_of {
        Some(_) => format!("{form} that has none"),
        None => format!("{form}, which is not read"),
    })
}

fn no_heading(source: &Source, rendered_of: Option<PageForm>) -> PageError {
    let expected = "a heading such as `GET api/2.0/crm/contact/{contactid}`";
    let near = |line: &Span| {
        let text = source.slice(*line).trim();
        Some((*line, near_heading(text)?))
    };
    if rendered_of.is_none()
        && let Some((line, found)) = lines(&source.text).iter().find_map(near)
    {
        return PageError::new(source, line.start, expected, found);
    }
    let first = lines(&source.text)
        .into_iter()
        .find(|line| !source.slice(*line).trim().is_empty());
    let has_links = || source.text.contains("](");
    let form = rendered_of
        .or_else(|| PageForm::of(&source.text))
        .or_else(|| has_links().then_some(PageForm::Markdown));
    let (offset, found) = match (first, not_read(form, rendered_of)) {
        (Some(line), Some(found)) => (line.start, found),
        (Some(line), None) => (line.start, "another text".to_owned()),
        (None, Some(found)) => (0, found),
        (None, None) => (0, "an empty page".to_owned()),
    };
    PageError::new(source, offset, expected, &found)
}

/// What a line is that is no heading but for a little.
fn near_heading(line: &str) -> Option<&'static str> {
    let (method, rest) = line.split_once(' ')?;
    let is_method = |method: &str| METHODS.contains(&method);
    let is_path = rest.split_whitespace().next()?.contains('/');
    if method.strip_suffix(':').is_some_and(is_method) && is_path {
        return Some("a method with a colon behind it");
    }
    let (path, has_more) = path_of(line)?;
    if is_heading(line) || has_more || !path.contains('/') {
        return None;
    }
    Some(if is_method(method) {
        "an example request alone"
    } else {
        "a method that is not in capitals before what may be no path of an API"
    })
}

fn sections(source: &Source, lines: &[Span]) -> Result<Vec<Section>, PageError> {
    let mut sections: Vec<Section> = Vec::new();
    let mut is_cell = false;
    for (at, line) in lines.iter().enumerate() {
        let text = source.slice(*line).trim_end();
        let under_a_name = std::mem::replace(&mut is_cell, sent_in(text).is_some());
        let Some(title) = title_of(text) else {
            continue;
        };
        if under_a_name && !ends_table(source, title, &lines[at + 1..]) {
            continue;
        }
        if let Some(first) = sections.iter().find(|section| section.title == title) {
            if let Some(other) = other_heading(source, &lines[..at], &sections) {
                let found = format!("a second heading, `{}`", source.slice(other).trim());
                let expected = "one operation in a file";
                return Err(PageError::new(source, other.start, expected, &found));
            }
            let found = format!(
                "a second `{text}` (the first is in line {})",
                source.pos(first.heading.start).line
            );
            return Err(PageError::new(
                source,
                line.start,
                "each section once",
                &found,
            ));
        }
        if let Some(last) = sections.last_mut() {
            last.body.end = line.start;
        }
        let end = source.text.len();
        sections.push(Section {
            title,
            heading: *line,
            body: Span {
                start: (line.end + 1).min(end),
                end,
            },
        });
    }
    Ok(sections)
}

/// A second heading in the lines of a page: below a title, but no example request.
fn other_heading(source: &Source, lines: &[Span], sections: &[Section]) -> Option<Span> {
    let mut lines = lines.iter().copied();
    lines.find(|line| {
        let before = sections.partition_point(|one| one.heading.start <= line.start);
        let above = before.checked_sub(1).map(|at| sections[at].title);
        above.is_some_and(|title| title != Title::Example) && is_heading(source.slice(*line))
    })
}

/// Whether a title under `sent in ...` ends a row that has no cell, and is no description that reads like one: the
/// section begins as its own do, and nothing below it is of the table or has that title.
fn ends_table(source: &Source, title: Title, below: &[Span]) -> bool {
    let mut texts = below.iter().map(|line| source.slice(*line).trim());
    let first = texts.clone().find(|text| !text.is_empty());
    let begins = match title {
        Title::Example => first.is_some_and(|text| path_of(text).is_some()),
        Title::ExampleResponse => first.is_some_and(|text| {
            media_type::media_type(text).is_some() || text.starts_with(['{', '[', '<'])
        }),
        Title::Returns => true,
        _ => false,
    };
    begins && texts.all(|text| sent_in(text).is_none() && title_of(text) != Some(title))
}

/// The lines of a part of a text, as spans of the whole.
pub(crate) fn lines_of(source: &Source, body: Span) -> Vec<Span> {
    lines(source.slice(body))
        .into_iter()
        .map(|line| Span {
            start: body.start + line.start,
            end: body.start + line.end,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Page, PageError> {
        Page::parse(Source::new("page.txt", text))
    }

    #[test]
    fn banners_before_the_heading_are_passed_over() {
        let page =
            parse("Try now\n\nPOST api/2.0/x This function requires authentication\nReturns\n")
                .unwrap();
        assert_eq!(page.source.slice(page.method), "POST");
        assert!(page.authenticated);
    }

    #[test]
    fn a_page_of_too_many_lines_is_refused() {
        let page = |lines| format!("GET x\nReturns\n{}", "\n".repeat(lines - 2));
        assert!(parse(&page(MAX_LINES)).is_ok());
        let error = parse(&page(MAX_LINES + 1)).unwrap_err();
        let words =
            "page.txt:500001:1: expected a page of at most 500000 lines, found one more line";
        assert!(error.to_string().starts_with(words), "{error}");
    }

    #[test]
    fn the_link_behind_a_title_is_none_of_it() {
        for line in [
            "Parameters ¶",
            "Parameters#",
            "Parameters: 🔗",
            "PARAMETERS §",
            "Parameters \u{1f517}\u{fe0f}",
        ] {
            assert_eq!(title_of(line), Some(Title::Parameters), "{line}");
        }
        for line in ["¶", "Parameters of #", "# Parameters", "parameters #"] {
            assert_eq!(title_of(line), None, "{line}");
        }
    }

    #[test]
    fn titles_are_capitals_or_as_published() {
        for (line, is_one) in [
            ("Parameters", true),
            ("PARAMETERS:", true),
            ("parameters", false),
            ("Example response", true),
            ("EXAMPLE RESPONSE", true),
            ("\u{17f}Remark", false),
            ("", false),
        ] {
            assert_eq!(title_of(line).is_some(), is_one, "{line}");
        }
        assert_eq!(row::sent_in(" Sent in URL ").as_deref(), Some("url"));
        assert_eq!(row::sent_in("sent in").as_deref(), None);
        assert_eq!(row::sent_in("s\u{e9}nt in x"), None);
    }

    #[test]
    fn a_text_without_heading_is_refused_with_its_line() {
        let error = parse("\nhello\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "page.txt:2:1: expected a heading such as `GET api/2.0/crm/contact/{contactid}`, \
             found another text\n  2 | hello\n    | ^^^^^"
        );
    }

    #[test]
    fn what_is_found_is_shown_on_one_short_line() {
        let source = Source::new("page.txt", "x");
        let error = PageError::new(&source, 0, "words", &"a\u{1b}".repeat(500));
        assert_eq!(error.found, format!("{}…", "a ".repeat(150)));
    }

    #[test]
    fn a_second_operation_is_told_as_such_in_each_form() {
        let plain = "GET api/x\nReturns\nX\n";
        let html = "<h1>GET api/x</h1>\n<p>Returns</p><p>X</p>\n";
        for (page, place) in [(plain, "page.txt:4:1"), (html, "page.txt:3:5")] {
            let error = parse(&format!("{page}{page}")).unwrap_err();
            assert_eq!(
                (error.at.as_str(), error.expected.as_str()),
                (place, "one operation in a file")
            );
            assert!(error.found.starts_with("a second heading"), "{error}");
        }
        let related = "<h1>GET api/x</h1>\n<p>Returns</p><p>X</p>\n<h3>GET api/y</h3>\n";
        assert!(parse(related).is_ok());
    }

    #[test]
    fn crlf_pages_have_the_same_sections() {
        let page = parse("GET a\r\nReturns\r\n\r\nContact\r\n").unwrap();
        let returns = page.section(Title::Returns).unwrap();
        assert_eq!(page.source.slice(returns.body).trim(), "Contact");
    }

    #[test]
    fn a_section_that_stands_twice_is_an_error() {
        let error = parse("GET a\nReturns\nx\nReturns\n").unwrap_err();
        assert_eq!(error.at, "page.txt:4:1");
    }

    #[test]
    fn a_line_with_what_only_requests_have_is_no_heading() {
        for line in [
            "GET api/2.0/harbour/7/boats?colour=%22red%22",
            "GET api/2.0/harbour/7/boats Host: shop.example.com Accept: application/json",
            "GET /api/2.0/harbour/7 HTTP/1.1",
        ] {
            let error = parse(&format!("{line}\nReturns\nx\n")).unwrap_err();
            assert!(error.expected.starts_with("a heading"), "{line}");
        }
        let error = parse("Example\nGET api/2.0/harbour/7\nReturns\nx\n").unwrap_err();
        assert!(error.expected.starts_with("a heading"));
    }

    #[test]
    fn a_heading_ends_before_the_remark_that_ran_into_it() {
        let page = parse("PUT api/x/paintThis function requires authentication\nReturns\n");
        let page = page.unwrap();
        assert_eq!(page.source.slice(page.path), "api/x/paint");
        let page =
            parse("GET https://a.example/api/x This method requires authentication\nReturns\n");
        let page = page.unwrap();
        assert_eq!(page.source.slice(page.path), "/api/x");
        assert!(page.authenticated);
    }

    #[test]
    fn what_is_said_of_authentication_may_go_on_in_the_next_line() {
        for (head, authenticated, unclear) in [
            (
                "GET api/x This function\nrequires authentication\n",
                true,
                false,
            ),
            (
                "GET api/x\nThis function requires\nauthentication\n",
                true,
                false,
            ),
            ("GET api/x (requires authentication)\n", true, false),
            ("GET api/x\n\nAuthentication required.\n", true, false),
            (
                "GET api/x\n\nAuthentication is not required.\n",
                false,
                false,
            ),
            (
                "GET api/x\n\nA token is required for authentication.\n",
                false,
                true,
            ),
            (
                "GET api/x\n\nDescription\n\nWhether authentication is required by two.\n",
                false,
                false,
            ),
            ("GET api/x\n", false, false),
        ] {
            let page = parse(&format!("{head}\nReturns\n\nX\n")).unwrap();
            assert_eq!(page.source.slice(page.path), "api/x");
            assert_eq!(page.authenticated, authenticated, "{head}");
            assert_eq!(page.unclear_authentication.is_some(), unclear, "{head}");
        }
    }

    #[test]
    fn a_text_without_titles_is_refused_by_the_name_of_its_form() {
        for (text, found) in [
            (
                "PUT api/x\nName |\nid\nsent in url\n|\n7\n|\n",
                "divided by `|`",
            ),
            (
                "GET api/{id:[0-9]+}\n\nRequest\n\nResponses\n",
                "another site",
            ),
            ("# Boats\n```json\n{}\n```\n", "Markdown"),
            (
                "GET api/x\nExample\nGET api/x\nResponses\n200\n",
                "another site",
            ),
            (
                "GET api/x\n\nReturns\n\nBoat\n\nResponse example\n\n{}\n",
                "another site",
            ),
            ("GET api/x\nsome words\n", "none"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.found.contains(found), "{error}");
        }
    }

    #[test]
    fn what_is_no_heading_is_told_by_what_it_is() {
        for (text, found) in [
            (
                "GET: api/2.0/boat/{id} This function requires authentication\nParameters\nid\nsent in url\n",
                "a colon",
            ),
            (
                "Boats\n\nGET api/2.0/boat?colour=red\n",
                "an example request alone",
            ),
            (
                "[Up](/x)GET api/x\n===\n\nParameters\n\nid\n\nsent in url\n",
                "Markdown",
            ),
            (
                "# Boats\n\n## Parameters\n\nThis method doesn't have any parameters.\n\nGET api/x\nHost: a.example\n",
                "Markdown",
            ),
            (
                "# GET api/x\n\n*This function requires authentication*\n\n## Parameters\n\nThis method doesn't have any parameters.\n\n\
              ```http\nGET api/x\nHost: a.example\n```\n\n## Example Response\n\n`application/json`\n\n```json\n{}\n```\n",
                "Markdown",
            ),
            ("h1. GET api/x\n\nh2. Parameters\n", "Jira"),
            (
                "{\\rtf1\\ansi\nGET api/x\\par\nid\\par\nsent in url\\par\n}",
                "RTF",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.found.contains(found), "{error}");
        }
        let one = "Description\nWords.\nExample\nGET api/x\nReturns\nX\n";
        let error = parse(&format!("GET api/x\n{one}PUT api/x\n{one}")).unwrap_err();
        assert_eq!(
            (error.at.as_str(), error.found.as_str()),
            ("page.txt:8:1", "a second heading, `PUT api/x`")
        );
        let error = parse(&format!("GET api/x\n{one}Description\nMore\n")).unwrap_err();
        assert!(error.found.starts_with("a second `Description`"), "{error}");
    }

    #[test]
    fn a_method_in_other_letters_makes_a_heading_where_nothing_else_can_be_meant() {
        for (line, path) in [
            ("Get api/2.0/boat/{id}", "api/2.0/boat/{id}"),
            ("get /boat", "/boat"),
            ("Put https://a.example/boat", "/boat"),
            (
                "Get api/boat This function requires authentication",
                "api/boat",
            ),
        ] {
            let page = parse(&format!("Boats\n{line}\nReturns\nx\n")).unwrap();
            assert_eq!(page.source.slice(page.path), path, "{line}");
        }
        let page = parse("Get api/boat\nGET api/sail\nReturns\nx\n").unwrap();
        assert_eq!(
            page.source.slice(page.path),
            "api/sail",
            "capitals come first"
        );
        for (line, found) in [
            ("Get boat/{id}", "not in capitals"),
            ("Get api/boat to read it", "another text"),
            ("Put it and/or leave it", "another text"),
            ("Get api/boat?id=7", "not in capitals"),
        ] {
            let error = parse(&format!("{line}\nReturns\nx\n")).unwrap_err();
            assert!(error.found.contains(found), "{error}");
            assert!(error.expected.starts_with("a heading"), "{error}");
        }
    }

    #[test]
    fn titles_that_are_indented_otherwise_are_told_as_such() {
        let text = "GET api/x\n\n  Parameters\nid\nsent in url\n\n  Returns\nX\n";
        let error = parse(text).unwrap_err();
        assert!(error.found.contains("titles are indented"), "{error}");
    }

    #[test]
    fn a_row_without_a_cell_ends_at_the_next_title() {
        for (below, titles) in [
            (
                "Example\nGET api/2.0/boats/7\nReturns\nBoat\nExample Response\n{}\n",
                4,
            ),
            ("Example Response\n\napplication/json\n{}\n", 2),
            ("Returns\nBoat\nExample Response\n{}\n", 3),
            // Descriptions that read like titles.
            ("Example\nstring\nfast\nReturns\nBoat\n", 2),
            ("Returns\nnumber\n7\nReturns\nBoat\n", 2),
            ("Returns\nnumber\n7\nname\nsent in query\nThe name\n", 1),
            ("Example\nExample\nGET api/2.0/boats/7\n", 2),
        ] {
            let text = format!(
                "GET api/2.0/boats/{{id}}\nParameters\nName Description Type Example\nid\nsent in url\n{below}"
            );
            let page = parse(&text).unwrap();
            let found: Vec<Title> = page.sections.iter().map(|one| one.title).collect();
            assert_eq!(found.len(), titles, "{below}: {found:?}");
        }
    }

    #[test]
    fn a_part_under_another_title_is_read_and_never_lost() {
        const TABLE: &str = "Name Description Type Example\nid\nsent in url\nID number 7\n";
        let titles =
            |page: &Page| -> Vec<Title> { page.sections.iter().map(|one| one.title).collect() };
        for title in [
            "Request parameters",
            "parameters",
            "Parameter:",
            "Arguments",
            "\u{c}Parameters",
            "",
        ] {
            let text =
                format!("GET api/x/{{id}}\nDescription\nWords.\n{title}\n\n{TABLE}Returns\nX\n");
            let page = parse(&text).unwrap();
            assert_eq!(
                titles(&page),
                [Title::Description, Title::Parameters, Title::Returns],
                "{title}"
            );
            let said = page.source.slice(page.sections[0].body).trim();
            assert_eq!(said, "Words.", "{title}");
            let table = page.source.slice(page.sections[1].body).trim();
            assert_eq!(table, TABLE.trim(), "{title}");
        }
        for title in [
            "Response",
            "Sample response",
            "Example Responses",
            "Answers:",
            "",
        ] {
            let text = format!(
                "GET api/x/{{id}}\nParameters\n{TABLE}Sample request\nGET api/x/7\nHost: a.example\n\
                 {title}\napplication/json\n\n{{}}\n"
            );
            let page = parse(&text).unwrap();
            let expected = [Title::Parameters, Title::Example, Title::ExampleResponse];
            assert_eq!(titles(&page), expected, "{title}");
            let body = |at: usize| page.source.slice(page.sections[at].body).trim();
            assert_eq!(body(0), TABLE.trim());
            assert_eq!(body(1), "GET api/x/7\nHost: a.example");
            assert_eq!(body(2), "application/json\n\n{}");
        }
    }

    #[test]
    fn signs_of_a_part_outside_of_it_are_refused_where_it_has_a_title() {
        const TABLE: &str = "Name Description Type Example\nid\nsent in url\nID number 7\n";
        for (above, expected) in [
            (TABLE, "one table of parameters"),
            ("id\nsent in url\nID number 7\n", "rows below"),
            ("id\nSent in Form\nID number 7\n", "rows below"),
            ("application/json\n\n{}\n", "answers below"),
        ] {
            let below = format!("Parameters\n{TABLE}Example Response\napplication/json\n{{}}\n");
            for text in [
                format!("GET api/x/{{id}}\nWords.\n{above}{below}"),
                format!("GET api/x/{{id}}\nDescription\nWords.\n{above}{below}"),
                format!("GET api/x/{{id}}\nReturns\nWords.\n{above}{below}"),
            ] {
                let error = parse(&text).unwrap_err();
                assert!(error.expected.starts_with(expected), "{text}{error}");
            }
        }
        let second = format!("GET api/x/{{id}}\nParameters\n{TABLE}More\n{TABLE}Returns\nX\n");
        assert_eq!(parse(&second).unwrap_err().at, "page.txt:8:1");
        let request = format!(
            "GET api/x/{{id}}\nExample\nGET api/x/7\nParameters\n{TABLE}GET api/x/7\nHost: a\n"
        );
        assert_eq!(parse(&request).unwrap_err().at, "page.txt:9:1");
        for lawful in [
            "Returns\nWhat is\nsent in spring\n",
            "Returns\nAn object.\nName Description Type Example\nId The ID number 7\n",
            "Returns\napplication/json\nis what comes.\n",
            "Remark\nGET api/x/7\nis sent.\n",
        ] {
            let text =
                format!("GET api/x/{{id}}\nParameters\n{TABLE}{lawful}Example Response\n{{}}\n");
            assert!(parse(&text).is_ok(), "{lawful}");
        }
    }

    #[test]
    fn a_part_under_another_title_is_the_same_in_each_form() {
        let titles = "<tr><td>Name</td><td>Description</td><td>Type</td><td>Example</td></tr>";
        let row = "<tr><td>id<p>sent in url</td><td>ID</td><td>number</td><td>7</td></tr>";
        let html = |head: &str| {
            format!(
                "<h1>GET api/x/{{id}}</h1>{head}<p>Request parameters</p><table>{titles}{row}</table>\
                 <p>Sample request</p><pre>GET api/x/7\nHost: a.example</pre><p>Returns</p><p>X</p>\
                 <p>Sample response</p><p>application/json</p><pre>{{}}</pre>"
            )
        };
        for head in ["<p>Description</p><p>Words.</p>", ""] {
            let page = parse(&html(head)).unwrap();
            let body = |title| {
                page.section(title)
                    .map(|one| page.source.slice(one.body).trim())
            };
            assert_eq!(
                body(Title::Description),
                (!head.is_empty()).then_some("Words.")
            );
            assert_eq!(body(Title::Returns), Some("X"));
            assert_eq!(body(Title::Example), Some("GET api/x/7\nHost: a.example"));
            assert_eq!(body(Title::ExampleResponse), Some("application/json\n{}"));
            assert!(body(Title::Parameters).unwrap().contains("sent in url"));
        }
        let twice = html("<p>Description</p>").replace(
            "<p>Returns</p>",
            &format!("<table>{titles}{row}</table><p>Returns</p>"),
        );
        assert_eq!(parse(&twice).unwrap_err().found, "a second one");
        for columns in [
            titles.replace("Type", "Required"),
            titles.replace("<td>Type</td>", ""),
            titles.replace("Description", "Words"),
        ] {
            let error = parse(&html("").replace(titles, &columns)).unwrap_err();
            assert_eq!(error.found, "other columns");
        }
    }

    #[test]
    fn each_element_of_a_row_is_a_row() {
        let page = |rows: &str| {
            let titles = "<tr><td>Name</td><td>Description</td><td>Type</td><td>Example</td></tr>";
            parse(&format!(
                "<h1>GET api/x/{{id}}</h1><p>Parameters</p><table>{titles}\n\
                 <tr><td>id<p>sent in url</td><td>ID</td><td>number</td><td>7</td></tr>\n{rows}</table><p>Returns</p>"
            ))
        };
        for (row, expected) in [
            (
                "<tr><td>to</td><td>Where</td><td>number</td><td>7</td></tr>",
                "below the name",
            ),
            (
                "<tr><td>to<br>(in body)</td><td>Where</td><td>number</td><td>7</td></tr>",
                "below the name",
            ),
            (
                "<tr><td>to<br>it<br>sent in url</td><td>Where</td><td>number</td><td>7</td></tr>",
                "below the name",
            ),
            (
                "<tr><td></td><td>Where</td><td>number</td><td>7</td></tr>",
                "a name",
            ),
            ("<tr><td colspan=2>Body</td></tr>", "four cells"),
            ("<tr><td colspan=4>to sent in url</td></tr>", "four cells"),
            (
                "<tr><td>to<br>sent in url</td><td>Where</td><td>number</td></tr>",
                "four cells",
            ),
            (
                "<tr><td>to<br>sent in url</td><td>Where</td><td>number</td><td>7</td><td>no</td></tr>",
                "four cells",
            ),
        ] {
            let error = page(row).unwrap_err();
            assert!(error.expected.contains(expected), "{error}");
            assert!(error.at.starts_with("page.txt:3:"), "{error}");
            // Of that row alone, whatever stands around it.
            assert!(!error.found.contains("Parameters"), "{error}");
        }
        for row in [
            "<tr><td></td><td></td></tr>",
            "<tr><td colspan=4>* = must be given</td></tr>",
            "<tr><td colspan='4'>Body</td></tr>",
            "<tr><td>to Sent in URL</td><td>Where</td><td>number</td><td>7</td></tr>",
            "<tr><td>to<br>sent in body</td><td></td><td></td><td></td></tr>",
        ] {
            assert!(page(row).is_ok(), "{row}");
        }
    }

    #[test]
    fn a_cell_through_several_rows_is_one_of_each() {
        let page = parse(
            "<h1>GET api/x</h1><p>Parameters</p><table><tr><td>Name</td><td>Description</td><td>Type</td>\
             <td>Example</td></tr><tr><td>a<br>sent in query</td><td>A</td><td rowspan=2>number</td><td>7</td></tr>\
             <tr><td>b<br>sent in query</td><td>B</td><td>8</td></tr><tr><td>c<br>sent in query</td><td>C</td>\
             <td>text</td><td>nine</td></tr></table><p>Returns</p>",
        )
        .unwrap();
        let table = page.section(Title::Parameters).unwrap().body;
        let table = page.source.slice(table);
        for row in ["A\tnumber\t7", "B\tnumber\t8", "C\ttext\tnine"] {
            assert!(table.contains(row), "{table}");
        }
    }

    #[test]
    fn a_description_that_reads_like_a_title_is_none() {
        let text = "PUT x\nParameters\ntext\nsent in body\nDescription\nstring\nReturns\nX\n";
        let page = parse(text).unwrap();
        assert_eq!(page.sections.len(), 2);
    }
}
