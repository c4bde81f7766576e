//! The lines that open an example response.

/// The media types of examples.
const MEDIA_TYPES: [&str; 3] = ["application/json", "text/xml", "application/xml"];

/// The media type that a line is, in any letter case and with parameters such as `charset=utf-8` or without; for one
/// of JSON or XML that has a name of its own (RFC 6839), the media type of these.
pub(crate) fn media_type(line: &str) -> Option<&'static str> {
    let name = line.split(';').next()?.trim();
    let known = MEDIA_TYPES.into_iter();
    let mut known = known.filter(|known| known.eq_ignore_ascii_case(name));
    known.next().or_else(|| {
        let name = name.to_ascii_lowercase();
        let (kind, rest) = name.split_once('/')?;
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
        if !matches!(kind, "application" | "text") || !rest.chars().all(is_of_name) {
            return None;
        }
        match rest.rsplit_once('+') {
            Some((named, "json")) if !named.is_empty() => Some("application/json"),
            Some((named, "xml")) if !named.is_empty() => Some("application/xml"),
            None if rest == "json" => Some("application/json"),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_is_known_in_any_spelling() {
        for (line, expected) in [
            ("application/json", Some("application/json")),
            ("Text/XML ; charset=UTF-8", Some("text/xml")),
            ("application/json is what comes", None),
            ("application/vnd.boat+json; v=2", Some("application/json")),
            ("application/Hal+XML", Some("application/xml")),
            ("text/json", Some("application/json")),
            ("application/+json", None),
            ("see application/hal+json", None),
            ("application/hal+json is what comes", None),
            ("text/html", None),
            ("", None),
        ] {
            assert_eq!(media_type(line), expected, "{line}");
        }
    }
}
