//! Pages for people that answer in an API's place.

use std::borrow::Cow;
use std::sync::OnceLock;

use quick_xml::escape::{resolve_xml_entity, unescape_with};

use crate::budget::{self, Unread};
use crate::client::Response;
use crate::media_type::media_type;

/// More comments before the content are not looked behind.
const MAX_BEFORE: usize = 8;
/// So many bytes of a body are looked at for a page.
const MAX_LOOKED_AT: usize = 4096;
/// So many characters of its title or its first words are shown.
const MAX_SHOWN: usize = 60;

/// A page for people that stands in the place of an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HtmlPage {
    /// Its title, cut to one short line.
    pub title: Option<String>,
}

/// Whether an answer is a page, and which, once somebody wanted to know: it may be large. A copy of an answer may
/// be given another body, so that none takes it over.
#[derive(Debug, Default)]
pub struct KnownPage(OnceLock<Option<HtmlPage>>);

impl Clone for KnownPage {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// The HTML page that a body is, where it is one.
#[must_use]
pub fn html_page(response: &Response) -> Option<HtmlPage> {
    let known = &response.page.0;
    known.get_or_init(|| read_page(response)).clone()
}

fn read_page(response: &Response) -> Option<HtmlPage> {
    let start = &response.body[..response.body.len().min(MAX_LOOKED_AT)];
    let text = String::from_utf8_lossy(start);
    let shown = text.trim_start_matches('\u{feff}').trim_start();
    // Many servers call a word or two, in which they refuse, a page.
    let is_labelled = || {
        let has_tag = || has_tag(response.body.trim_ascii());
        is_labelled_page(response) && (response.status < 400 || has_tag())
    };
    if !shown.starts_with('<') && !is_labelled() {
        return None;
    }
    let head = shown.to_ascii_lowercase();
    let begins = content_of(&head);
    let is_page = STARTS.iter().any(|start| begins.starts_with(start));
    if !is_page && !is_labelled() {
        return None;
    }
    // The letters of tags are ASCII, so both texts have the same places.
    let title = head.find("<title>").and_then(|start| {
        let start = start + "<title>".len();
        let length = head[start..].find("</title>")?;
        let title = unescaped(&shown[start..start + length]);
        let words = title.split_whitespace();
        Some(clip(&words.collect::<Vec<_>>().join(" ")))
    });
    Some(HtmlPage {
        title: title.filter(|title| !title.is_empty()),
    })
}

/// How pages begin.
const STARTS: [&str; 6] = [
    "<!doctype html",
    "<html",
    "<head",
    "<body",
    "<title",
    "<meta",
];

/// What follows an XML declaration and comments, as far as it is there.
fn content_of(text: &str) -> &str {
    let mut text = text.trim_start();
    for (open, close) in
        std::iter::repeat_n([("<?xml", "?>"), ("<!--", "-->")], MAX_BEFORE).flatten()
    {
        let rest = text
            .strip_prefix(open)
            .and_then(|rest| rest.split_once(close));
        if let Some((_, rest)) = rest {
            text = rest.trim_start();
        }
    }
    text
}

/// Elements of the HTML standard, and older ones that servers still write, as the roots of pieces of pages
/// that happen to be XML. Those whose names say something of data as well (`data`, `object`, `output`,
/// `address`, `article`, `section`, `summary`, `title`, `link`, `menu`, `map`, ...) are none of them.
const PAGE_ROOTS: [&str; 47] = [
    "a",
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "center",
    "div",
    "dl",
    "em",
    "fieldset",
    "font",
    "form",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "main",
    "marquee",
    "meta",
    "nav",
    "noscript",
    "ol",
    "p",
    "pre",
    "script",
    "small",
    "span",
    "strong",
    "style",
    "svg",
    "table",
    "tt",
    "u",
    "ul",
];

/// Whether an answer is called a page.
fn is_labelled(response: &Response) -> bool {
    match response.content_types.as_slice() {
        [header] => media_type(header).is_ok_and(|read| read.essence == "text/html"),
        _ => false,
    }
}

/// Whether an answer is called a page, and holds nothing where something may stand (RFC 9110, 6.4.1).
#[must_use]
pub fn is_blank_page(response: &Response) -> bool {
    let may_hold = !matches!(response.status, 204 | 205 | 304);
    may_hold && is_labelled(response) && response.body.trim_ascii().is_empty()
}

/// Whether a body is called a page, and is neither JSON nor XML of other elements than pages have.
#[must_use]
pub fn is_labelled_page(response: &Response) -> bool {
    let body = response.body.trim_ascii();
    is_labelled(response)
        && !body.is_empty()
        && serde_json::from_slice::<serde::de::IgnoredAny>(body).is_err()
        && !std::str::from_utf8(body).is_ok_and(is_data)
}

/// Whether some tag, comment or declaration begins in a body.
fn has_tag(body: &[u8]) -> bool {
    let mut pairs = body.windows(2);
    pairs.any(|pair| {
        pair[0] == b'<' && (pair[1].is_ascii_alphabetic() || matches!(pair[1], b'/' | b'!'))
    })
}

/// Whether a text is XML whose root is no element of a page.
fn is_data(text: &str) -> bool {
    let is_of_page = |root: &str| {
        let mut names = PAGE_ROOTS.iter();
        names.any(|name| name.eq_ignore_ascii_case(root))
    };
    match budget::xml::read(text) {
        Ok(document) => !is_of_page(document.root_element().tag_name().name()),
        // What is too much to be read is told as such.
        Err(Unread::Excess(_)) => root_of(text).is_some_and(|root| !is_of_page(root)),
        Err(Unread::Malformed(_)) => false,
    }
}

/// The name of the first element, without its prefix.
fn root_of(text: &str) -> Option<&str> {
    let tag = content_of(text.trim_start_matches('\u{feff}')).strip_prefix('<')?;
    let ends = |c: char| c.is_whitespace() || matches!(c, '>' | '/');
    let name = &tag[..tag.find(ends)?];
    let name = name.rsplit(':').next().unwrap_or(name);
    name.starts_with(char::is_alphabetic).then_some(name)
}

/// A title with the characters that its references stand for; those of XML and numbers, and the space.
///
/// HTML has two thousand names more: a title with one of those is left as it is.
fn unescaped(title: &str) -> Cow<'_, str> {
    let entity = |name: &str| match name {
        "nbsp" => Some(" "),
        name => resolve_xml_entity(name),
    };
    unescape_with(title, entity).unwrap_or(Cow::Borrowed(title))
}

/// Cuts a text that the portal chose, and keeps it on one line.
fn clip(text: &str) -> String {
    let mut clipped: String = text
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_SHOWN)
        .collect();
    // A mark tells that more was there: the start of a secret, perhaps.
    if clipped.len() < text.len() {
        clipped.push('…');
    }
    clipped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::tests_support;

    #[test]
    fn a_page_is_known_however_it_begins() {
        let response = |media_type: &str, body: &str| Response {
            content_types: vec![media_type.to_owned()],
            ..tests_support::response(200, body)
        };
        for body in [
            "\u{feff} <!DOCTYPE HTML><html>",
            "<!-- cached --><!-- twice -->\n<HTML>",
            "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'>",
            "<head><title>Sign in</title></head>",
        ] {
            assert!(
                html_page(&response("application/json", body)).is_some(),
                "{body}"
            );
        }
        for body in [
            "Service Unavailable",
            "<p>one<p>two",
            "<center><b>x</center>",
            "<h1>It works!</h1>",
            "<script>location = '/login'</script>",
            "<?xml version='1.0'?><!-- x --><DIV class='x'>Sign in</DIV>",
            "<p>one</p>",
        ] {
            assert!(
                html_page(&response("Text/HTML; charset=x", body)).is_some(),
                "{body}"
            );
            assert!(html_page(&response("text/plain", body)).is_none(), "{body}");
        }
        for body in [
            "{\"status\": 0}",
            "<result><status>0</status></result>",
            "",
            "<?xml version='1.0'?><result/>",
            "<data><p>one</p></data>",
            "<section/>",
        ] {
            assert!(html_page(&response("text/html", body)).is_none(), "{body}");
        }
        // What costs more than it may is looked at by its first element alone.
        let nested = |at| format!("<b xmlns:b{at}='x'>");
        let nested: String = (0..4990).map(nested).collect();
        for (root, is_page) in [("result", false), ("x:data", false), ("div", true)] {
            let body = format!("<?xml version='1.0'?>\n<!-- x --><{root}>{nested}");
            let answer = response("text/html", &body);
            assert_eq!(html_page(&answer).is_some(), is_page, "{root}");
        }
        // What was found out is known, whatever becomes of the body; of a copy it is not.
        let mut answer = response("text/html", "{\"status\": 0}");
        assert!(html_page(&answer).is_none());
        answer.body.truncate(4);
        assert!(html_page(&answer).is_none());
        assert!(html_page(&answer.clone()).is_some());
        for (status, body, media_type, is_blank) in [
            (200, "", "Text/HTML; charset=utf-8", true),
            (404, " \r\n", "text/html", true),
            (200, "", "application/json", false),
            (200, "0", "text/html", false),
            (204, "", "text/html", false),
            (304, "", "text/html", false),
        ] {
            let answer = Response {
                status,
                ..response(media_type, body)
            };
            assert_eq!(
                is_blank_page(&answer),
                is_blank,
                "{status} {body:?} {media_type}"
            );
        }
    }

    #[test]
    fn a_refusal_in_a_word_is_no_page_whatever_it_is_called() {
        for (status, body, is_page) in [
            (401, "Unauthorized", false),
            (403, "Forbidden: 1 < 2", false),
            (404, "Not Found", false),
            (503, "Service Unavailable", false),
            (200, "Service Unavailable", true),
            (401, "<h1>Unauthorized</h1>", true),
            (404, "Nothing here<br>", true),
            (502, "Bad gateway <!-- nginx -->", true),
        ] {
            let answer = Response {
                content_types: vec!["text/html".to_owned()],
                ..tests_support::response(status, body)
            };
            assert_eq!(html_page(&answer).is_some(), is_page, "{status} {body}");
        }
    }

    #[test]
    fn titles_are_shown_as_a_browser_shows_them() {
        for (title, shown) in [
            (
                "Erreur &#233;trange &amp; &#xe9;trang&#x00e8;re",
                "Erreur étrange & étrangère",
            ),
            ("a&nbsp;&#10; b", "a b"),
            ("a & b", "a & b"),
            ("Interdit &eacute;", "Interdit &eacute;"),
        ] {
            assert_eq!(
                unescaped(title)
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" "),
                shown
            );
        }
    }
}
