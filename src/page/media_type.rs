//! The lines that open an example response.

/// The media types of examples.
const MEDIA_TYPES: [&str; 3] = ["application/json", "text/xml", "application/xml"];

/// The media type that a line is, in any letter case and with parameters such as `charset=utf-8` or without.
pub(crate) fn media_type(line: &str) -> Option<&'static str> {
    let name = line.split(';').next()?.trim();
    let known = MEDIA_TYPES.into_iter();
    let mut known = known.filter(|known| known.eq_ignore_ascii_case(name));
    known.next()
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
            ("text/html", None),
            ("", None),
        ] {
            assert_eq!(media_type(line), expected, "{line}");
        }
    }
}
