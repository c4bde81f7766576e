//! Media types as headers and documents write them: what one is, of which syntax, and which ones `Accept` admits.
//! What follows from it is left to others.

use mediatype::{MediaTypeList, Name, ReadParams};

/// A media type as RFC 9110, 8.3.1 writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    /// `type/subtype`, lower case.
    pub essence: String,
    /// The `charset` parameter, lower case, without quotes; `utf8`, which many servers write, as `utf-8`.
    pub charset: Option<String>,
}

/// How what a media type names is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// JSON, and what has a name of its own and is written in it (RFC 6839).
    Json,
    /// XML, and what has a name of its own and is written in it (RFC 7303).
    Xml,
    /// A page for people, be it written as XML.
    Html,
}

impl Syntax {
    /// The syntax of what a media type names, with parameters or without; `None` for any other, and for pictures
    /// that are written as XML.
    ///
    /// ```
    /// # use portal_conformance::media_type::Syntax;
    /// assert_eq!(Syntax::of("application/vnd.boat+json; v=2"), Some(Syntax::Json));
    /// assert_eq!(Syntax::of("application/xhtml+xml"), Some(Syntax::Html));
    /// assert_eq!(Syntax::of("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), None);
    /// ```
    #[must_use]
    pub fn of(media_type: &str) -> Option<Self> {
        let essence = essence(media_type);
        let (kind, name) = essence.split_once('/')?;
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
        if !matches!(kind, "application" | "text") || !name.chars().all(is_of_name) {
            return None;
        }
        let suffix = match name.rsplit_once('+') {
            Some(("", _)) => return None,
            Some((_, suffix)) => suffix,
            None => name,
        };
        match (kind, suffix) {
            _ if essence == "text/html" || essence == "application/xhtml+xml" => Some(Self::Html),
            (_, "json") => Some(Self::Json),
            (_, "xml") => Some(Self::Xml),
            _ => None,
        }
    }
}

/// What stands of a media type before its parameters, in lower case.
#[must_use]
pub fn essence(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// The ranges of an `Accept` header (RFC 9110, 12.5.1).
#[derive(Debug, Clone, PartialEq)]
pub struct Accept {
    /// Essences of media types or ranges, each with its weight from 0 to 1.
    ranges: Vec<(String, f32)>,
}

impl Accept {
    /// Reads a header; one that is empty, or names nothing, admits all.
    #[must_use]
    pub fn of(header: &str) -> Self {
        let ranges = parts(header, ',').into_iter().filter_map(|range| {
            let mut parts = parts(range, ';').into_iter();
            let range = match essence(parts.next()?).as_str() {
                // As old Java clients write it.
                "*" => "*/*".to_owned(),
                range => range.to_owned(),
            };
            let weight = parts.find_map(|part| {
                let (name, value) = part.split_once('=')?;
                let is_weight = name.trim().eq_ignore_ascii_case("q");
                is_weight.then(|| value.trim().parse().unwrap_or(1.0))
            });
            let is_range = range.contains('/');
            is_range.then(|| (range, weight.unwrap_or(1.0)))
        });
        Self {
            ranges: ranges.collect(),
        }
    }

    /// Whether a media type of a syntax is named, be it to refuse it.
    #[must_use]
    pub fn names(&self, syntax: Syntax) -> bool {
        let mut ranges = self.ranges.iter();
        ranges.any(|(range, _)| Syntax::of(range) == Some(syntax))
    }

    /// Whether some media type of a syntax may come: what a narrower range says of it goes before what a wider one
    /// says.
    ///
    /// ```
    /// # use portal_conformance::media_type::{Accept, Syntax};
    /// let accept = Accept::of("application/json;q=0, */*;q=0.1");
    /// assert!(accept.admits(Syntax::Xml) && !accept.admits(Syntax::Json));
    /// ```
    #[must_use]
    pub fn admits(&self, syntax: Syntax) -> bool {
        let (plain, of_text) = match syntax {
            Syntax::Json => ("application/json", "text/json"),
            Syntax::Xml => ("application/xml", "text/xml"),
            Syntax::Html => ("application/xhtml+xml", "text/html"),
        };
        let may_come = |media_type: &str| {
            let (kind, _) = media_type.split_once('/').unwrap_or_default();
            let weight = |searched: &str| {
                let said = self.ranges.iter().filter(|(range, _)| range == searched);
                said.map(|(_, weight)| *weight).reduce(f32::max)
            };
            let said = weight(media_type).or_else(|| weight(&format!("{kind}/*")));
            said.or_else(|| weight("*/*"))
                .is_some_and(|weight| weight > 0.0)
        };
        self.ranges.is_empty()
            || self.ranges.iter().any(|(range, _)| match range.as_str() {
                "*/*" | "application/*" => may_come(plain),
                "text/*" => may_come(of_text),
                range => Syntax::of(range) == Some(syntax) && may_come(range),
            })
    }
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
/// # use portal_conformance::media_type::media_type;
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
    let mut tidy = String::with_capacity(header.len());
    for part in parts(header, ';') {
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

/// What may stand between the parts of a header (RFC 9110, 5.6.3).
const BLANKS: [char; 2] = [' ', '\t'];

/// The parts of a header between separators, of which those in quotes are none.
fn parts(header: &str, separator: char) -> Vec<&str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let ends = |c| {
        let was_quoted = is_quoted;
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = is_quoted,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        c == separator && !was_quoted
    };
    let parts = header.split(ends);
    parts.map(|part| part.trim_matches(BLANKS)).collect()
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

    #[test]
    fn a_syntax_is_known_by_the_whole_name() {
        use Syntax::{Html, Json, Xml};
        for (name, expected) in [
            ("application/json", Some(Json)),
            ("Text/XML ; charset=UTF-8", Some(Xml)),
            ("text/json", Some(Json)),
            ("application/xml", Some(Xml)),
            ("application/vnd.boat+json; v=2", Some(Json)),
            ("application/Hal+XML", Some(Xml)),
            ("application/json; profile=\"https://x/no-xml\"", Some(Json)),
            ("Text/HTML", Some(Html)),
            ("application/xhtml+xml", Some(Html)),
            (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                None,
            ),
            ("application/json-seq", None),
            ("application/jsonp", None),
            ("image/svg+xml", None),
            ("application/+json", None),
            ("application/*", None),
            ("see application/hal+json", None),
            ("application/json is what comes", None),
            ("json", None),
            ("", None),
        ] {
            assert_eq!(Syntax::of(name), expected, "{name}");
        }
    }

    #[test]
    fn accept_admits_what_its_ranges_hold() {
        for (header, json, xml) in [
            ("", true, true),
            ("nothing of it", true, true),
            ("*/*", true, true),
            ("*; q=.2", true, true),
            ("application/*", true, true),
            ("text/*", true, true),
            ("application/json", true, false),
            ("text/json, image/*", true, false),
            ("application/problem+json", true, false),
            ("text/xml", false, true),
            ("Application/XML; Q=0.5", false, true),
            ("text/html", false, false),
            ("image/svg+xml", false, false),
            ("text/xml;q=0.1, */*", true, true),
            ("application/xml, */*", true, true),
            ("application/vnd.openxmlformats, */*", true, true),
            ("application/json;q=0, */*", false, true),
            ("application/json;q=0.0, application/*", false, true),
            ("application/xml;q=0, application/json", true, false),
            ("application/json-patch+json;q=0, text/xml", false, true),
            ("application/problem+json;q=0, */*", true, true),
            ("application/json, */*;q=0", true, false),
            ("application/json;profile=\"a, text/xml;q=1\"", true, false),
            (
                "application/json;v=1;q=0, application/json;v=2",
                true,
                false,
            ),
        ] {
            let accept = Accept::of(header);
            assert_eq!(accept.admits(Syntax::Json), json, "{header}");
            assert_eq!(accept.admits(Syntax::Xml), xml, "{header}");
        }
    }
}
