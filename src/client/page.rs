//! Pages for people that answer in an API's place.

use std::borrow::Cow;

use quick_xml::escape::{resolve_xml_entity, unescape_with};

use crate::client::Response;

/// A page for people that stands in the place of an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HtmlPage {
    /// Its title, cut to one short line.
    pub title: Option<String>,
}

/// The HTML page that a body is, where it is one.
#[must_use]
pub fn html_page(response: &Response) -> Option<HtmlPage> {
    let start = &response.body[..response.body.len().min(4096)];
    let text = String::from_utf8_lossy(start);
    let shown = text.trim_start_matches('\u{feff}').trim_start();
    let head = shown.to_ascii_lowercase();
    if !head.starts_with("<!doctype html") && !head.starts_with("<html") {
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
    let mut clipped: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    // A mark tells that more was there: the start of a secret, perhaps.
    if clipped.len() < text.len() {
        clipped.push('…');
    }
    clipped
}

#[cfg(test)]
mod tests {
    use super::*;

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
