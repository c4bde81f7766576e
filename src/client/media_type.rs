//! Media types as headers write them.

use mediatype::{MediaTypeList, Name, ReadParams};

/// A media type as RFC 9110, 8.3.1 writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    /// `type/subtype`, lower case.
    pub essence: String,
    /// The `charset` parameter, lower case, without quotes; `utf8`, which many servers write, as `utf-8`.
    pub charset: Option<String>,
}

/// Why a header names no media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMediaType {
    /// It is empty.
    Nothing,
    /// It lists several.
    Several,
    /// It is written otherwise, or says two things of its charset.
    Other,
}

/// Reads a `Content-Type` header.
///
/// ```
/// # use portal_conformance::client::media_type::media_type;
/// let read = media_type("Text/XML ; Charset=\"UTF-8\"").unwrap();
/// assert_eq!(read.essence, "text/xml");
/// assert_eq!(read.charset.as_deref(), Some("utf-8"));
/// ```
///
/// # Errors
///
/// [`NoMediaType`] where the whole of it is not what RFC 9110, 5.6.6 writes; blanks around `=`, which
/// some servers write, are passed over.
pub fn media_type(header: &str) -> Result<MediaType, NoMediaType> {
    let header = tidy(header);
    if header.is_empty() {
        return Err(NoMediaType::Nothing);
    }
    let Ok(read) = mediatype::MediaType::parse(&header) else {
        let mut listed = MediaTypeList::new(&header);
        let is_list = matches!((listed.next(), listed.next()), (Some(Ok(_)), Some(Ok(_))));
        return Err(if is_list {
            NoMediaType::Several
        } else {
            NoMediaType::Other
        });
    };
    let name = Name::new_unchecked("charset");
    let mut charsets = read
        .params()
        .filter(|(known, _)| *known == name)
        .map(|(_, value)| match value.unquoted_str().to_lowercase() {
            // No registered name, but a label of it (WHATWG Encoding, 4.2).
            charset if charset == "utf8" => "utf-8".to_owned(),
            charset => charset,
        });
    let charset = charsets.next();
    if charsets.any(|other| Some(other) != charset) {
        return Err(NoMediaType::Other);
    }
    Ok(MediaType {
        essence: read.essence().to_string().to_lowercase(),
        charset,
    })
}

/// A header without what the library refuses: parameters of nothing, as in `a/b;;c=d`, which are lawful,
/// and blanks around `=`.
fn tidy(header: &str) -> String {
    const BLANKS: [char; 2] = [' ', '\t'];
    let (mut is_quoted, mut is_escaped) = (false, false);
    let ends = |c| {
        let was_quoted = is_quoted;
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = is_quoted,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        c == ';' && !was_quoted
    };
    let mut tidy = String::with_capacity(header.len());
    for part in header.split(ends).map(|part| part.trim_matches(BLANKS)) {
        if part.is_empty() {
            continue;
        }
        if !tidy.is_empty() {
            tidy.push(';');
        }
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        tidy.push_str(name.trim_end_matches(BLANKS));
        if name.len() < part.len() {
            tidy.push('=');
            tidy.push_str(value.trim_start_matches(BLANKS));
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_read_in_any_spelling() {
        for (header, essence, charset) in [
            ("application/json", "application/json", None),
            (
                "APPLICATION/XML; q=1;charset = utf-8",
                "application/xml",
                Some("utf-8"),
            ),
            ("text/xml\t;\tCHARSET=\"UTF-8\"", "text/xml", Some("utf-8")),
            ("text/xml; charset=\"utf\\-8\"", "text/xml", Some("utf-8")),
            ("text/xml; charset=UTF8", "text/xml", Some("utf-8")),
            ("text/xml; charset=\"utf8\"", "text/xml", Some("utf-8")),
            (
                "text/xml; charset=utf8; charset=utf-8",
                "text/xml",
                Some("utf-8"),
            ),
            ("text/xml; charset=utf88", "text/xml", Some("utf88")),
            ("text/xml; ;; charset=utf-8;", "text/xml", Some("utf-8")),
            ("text/xml; q=\"a;charset=b\\\"\"; x=y", "text/xml", None),
            (
                "text/xml; charset=utf-8; charset=UTF-8",
                "text/xml",
                Some("utf-8"),
            ),
            (
                "application/vnd.api+json; charset=latin1",
                "application/vnd.api+json",
                Some("latin1"),
            ),
            ("text/xml; charset='utf-8'", "text/xml", Some("'utf-8'")),
            ("text/xml; charset=", "text/xml", Some("")),
        ] {
            let read = media_type(header).unwrap();
            assert_eq!(read.essence, essence, "{header}");
            assert_eq!(read.charset.as_deref(), charset, "{header}");
        }
    }

    #[test]
    fn what_is_no_media_type_is_not_taken_for_one() {
        for (header, reason) in [
            ("", NoMediaType::Nothing),
            (" \t ", NoMediaType::Nothing),
            ("a/b, c/d", NoMediaType::Several),
            ("application/json, application/json", NoMediaType::Several),
            (
                "application/json; charset=utf-8, text/html",
                NoMediaType::Several,
            ),
            ("application/json,", NoMediaType::Other),
            ("application", NoMediaType::Other),
            ("application/", NoMediaType::Other),
            ("/", NoMediaType::Other),
            ("application /json", NoMediaType::Other),
            ("application/json charset=utf-8", NoMediaType::Other),
            ("application/json; charset=\"utf-8", NoMediaType::Other),
            ("application/json; charset=utf-8 x", NoMediaType::Other),
            ("application/json; charset", NoMediaType::Other),
            ("application/json\u{e4}", NoMediaType::Other),
            (
                "application/json; charset=utf-8; charset=latin1",
                NoMediaType::Other,
            ),
        ] {
            assert_eq!(media_type(header), Err(reason), "{header}");
        }
    }
}
