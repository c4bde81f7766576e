//! The lines that open an example response.

use crate::media_type::{Syntax, essence};

/// The media type of JSON or XML that a line is, in any letter case and with parameters such as `charset=utf-8` or
/// without; for one that has a name of its own (RFC 6839), the media type of these.
pub(crate) fn media_type(line: &str) -> Option<&'static str> {
    match Syntax::of(line)? {
        Syntax::Json => Some("application/json"),
        Syntax::Xml if essence(line) == "text/xml" => Some("text/xml"),
        Syntax::Xml => Some("application/xml"),
        Syntax::Html => None,
    }
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
