//! Media types as headers write them.

/// A media type as RFC 9110, 8.3.1 writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    /// `type/subtype`, lower case.
    pub essence: String,
    /// The `charset` parameter, lower case, without quotes.
    pub charset: Option<String>,
}

/// Reads a `Content-Type` header.
///
/// ```
/// # use portal_conformance::client::media_type::media_type;
/// let read = media_type("Text/XML ; Charset=\"UTF-8\"");
/// assert_eq!(read.essence, "text/xml");
/// assert_eq!(read.charset.as_deref(), Some("utf-8"));
/// ```
#[must_use]
pub fn media_type(header: &str) -> MediaType {
    let mut parts = header.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_lowercase();
    let charset = parts
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, value)| value.trim().trim_matches('"').to_lowercase());
    MediaType { essence, charset }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_read_in_any_spelling() {
        let plain = media_type("application/json");
        assert_eq!(
            (plain.essence.as_str(), plain.charset),
            ("application/json", None)
        );
        let spaced = media_type("APPLICATION/XML; q=1;charset = utf-8");
        assert_eq!(spaced.charset.as_deref(), Some("utf-8"));
    }
}
