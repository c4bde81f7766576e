//! A page that a browser saved as one file, with all that it shows (MHTML: RFC 2557): the part in HTML.
//!
//! In comes the text of such a file, out comes the page in it, decoded (RFC 2045, 6), with places in the
//! file. What has no part in HTML, or one in another encoding than UTF-8, is left to whoever refuses it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::media_type::essence;
use crate::page::{html, is_heading, is_heading_in_words, lines};
use crate::source::{Rendering, Source, Span};

/// How many parts of a file are looked at.
const MAX_PARTS: usize = 1000;

/// Headers that matter, and where the body behind them begins.
#[derive(Debug, Default)]
struct Head {
    content_type: String,
    encoding: String,
    body: usize,
}

/// The page in an archive.
pub(super) fn html(source: &Source) -> Option<Source> {
    let lines = lines(&source.text);
    let head = head(source, &lines);
    if is_html(&head) {
        return decoded(source, &head, &lines[head.body..]);
    }
    let boundary = format!("--{}", parameter(&head.content_type, "boundary")?);
    let last = format!("{boundary}--");
    let is_border = |line: &Span| {
        let text = source.slice(*line).trim_end();
        text == boundary || text == last
    };
    let parts = lines[head.body..].split(is_border).skip(1).take(MAX_PARTS);
    let mut parts = parts.filter_map(|part| {
        let head = self::head(source, part);
        is_html(&head).then(|| decoded(source, &head, &part[head.body..]))?
    });
    let first = parts.next()?;
    if is_page(&first.text) {
        return Some(first);
    }
    // Frames, as of adverts, are parts of their own.
    let page = parts.find(|part| is_page(&part.text));
    Some(page.unwrap_or(first))
}

/// Whether any line that a reader sees is the heading of a page.
fn is_page(text: &str) -> bool {
    let mut found = false;
    html::read_lines(text, |line| {
        found |= is_heading(line) || is_heading_in_words(line);
    });
    found
}

/// Reads headers up to the empty line; those that go on in the next line are one (RFC 5322, 2.2.3).
fn head(source: &Source, lines: &[Span]) -> Head {
    let mut fields: Vec<String> = Vec::new();
    let mut body = lines.len();
    for (at, line) in lines.iter().enumerate() {
        let text = source.slice(*line);
        if text.trim().is_empty() {
            body = at + 1;
            break;
        }
        match fields.last_mut() {
            Some(field) if text.starts_with([' ', '\t']) => {
                field.push(' ');
                field.push_str(text.trim());
            }
            _ => fields.push(text.trim().to_owned()),
        }
    }
    let of = |name: &str| {
        let named = fields.iter().find_map(|field| {
            let (found, value) = field.split_once(':')?;
            found
                .trim()
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        });
        named.unwrap_or_default()
    };
    Head {
        content_type: of("Content-Type"),
        encoding: of("Content-Transfer-Encoding").to_ascii_lowercase(),
        body,
    }
}

fn is_html(head: &Head) -> bool {
    essence(&head.content_type) == "text/html"
}

/// A parameter of a media type, without its quotes.
fn parameter(content_type: &str, name: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|part| {
        let (found, value) = part.split_once('=')?;
        let is_it = found.trim().eq_ignore_ascii_case(name);
        is_it.then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// A body as it was before it was sent.
fn decoded(source: &Source, head: &Head, lines: &[Span]) -> Option<Source> {
    let charset = parameter(&head.content_type, "charset");
    let is_known = |charset: &String| {
        ["utf-8", "utf8", "us-ascii"]
            .iter()
            .any(|known| charset.eq_ignore_ascii_case(known))
    };
    if !charset.as_ref().is_none_or(is_known) {
        return None;
    }
    let mut out = Rendering::default();
    match head.encoding.as_str() {
        "quoted-printable" => {
            for line in lines {
                quoted(source, *line, &mut out);
            }
        }
        "base64" => encoded(source, lines, &mut out)?,
        "" | "7bit" | "8bit" | "binary" => {
            for line in lines {
                out.take(&source.text, *line);
                out.put("\n", end(*line));
            }
        }
        _ => return None,
    }
    Some(source.rendered(&out))
}

fn end(line: Span) -> Span {
    Span {
        start: line.end,
        end: line.end,
    }
}

/// One line in quoted-printable; a sign at its end joins it to the next.
fn quoted(source: &Source, line: Span, out: &mut Rendering) {
    let text = source.slice(line).trim_end();
    let (text, goes_on) = match text.strip_suffix('=') {
        Some(text) => (text, true),
        None => (text, false),
    };
    let byte = |at: usize| {
        let digits = text.as_bytes().get(at..at + 3)?;
        let digits = std::str::from_utf8(digits).ok()?.strip_prefix('=')?;
        u8::from_str_radix(digits, 16).ok()
    };
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let mut bytes = Vec::new();
        while let Some(byte) = byte(at) {
            bytes.push(byte);
            at += 3;
        }
        if bytes.is_empty() {
            // A sign that begins nothing stands for itself.
            let sign = text[at..].chars().next().map_or(1, char::len_utf8);
            let rest = &text[at + sign..];
            at = rest.find('=').map_or(text.len(), |next| at + sign + next);
            out.put(&text[start..at], within(line, start, at));
        } else {
            let decoded = String::from_utf8_lossy(&bytes);
            out.put(&decoded, within(line, start, at));
        }
    }
    if !goes_on {
        out.put("\n", end(line));
    }
}

fn within(line: Span, start: usize, end: usize) -> Span {
    Span {
        start: line.start + start,
        end: line.start + end,
    }
}

/// Lines in base64, each with its part of the text.
fn encoded(source: &Source, lines: &[Span], out: &mut Rendering) -> Option<()> {
    let letters: Vec<&str> = lines
        .iter()
        .map(|line| source.slice(*line).trim())
        .collect();
    let bytes = STANDARD.decode(letters.concat()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (mut at, mut count) = (0, 0);
    for (line, letters) in lines.iter().zip(letters) {
        count += letters.len();
        // What a character of several lines is in the first of them.
        let end = text.ceil_char_boundary((count * 3 / 4).min(text.len()));
        out.put(&text[at..end], *line);
        at = end;
    }
    Some(())
}
