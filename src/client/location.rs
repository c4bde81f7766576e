//! Where an address leads, as far as it may be shown.

use url::Url;

use crate::target::Target;

/// The longest part of an address that is shown.
const MAX_SHOWN: usize = 100;

/// Where a redirect goes, without anything that could be data: scheme and host; on the same host, the
/// first segment of the path.
#[must_use]
pub fn place(location: &str, target: &Target) -> Option<String> {
    let to = target.url.join(location).ok()?;
    let shown = if to.origin() == target.url.origin() {
        let segment = to.path().trim_start_matches('/');
        let end = segment.find(['/', ';']).unwrap_or(segment.len());
        format!("/{} on the same host", &segment[..end])
    } else {
        origin(&to)
    };
    let shown = target.scrub(&shown);
    Some(shown.chars().take(MAX_SHOWN).collect())
}

fn origin(url: &Url) -> String {
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    let host = url.host_str().unwrap_or_default();
    format!("{}://{host}{port}", url.scheme())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn of_a_redirect_only_the_place_is_shown() {
        let mut target = Target::new(Url::parse("http://portal.test/office/").unwrap());
        target.credentials.token = Some(Secret::new("geheim-geheim-1234"));
        for (location, shown) in [
            (
                "https://portal.test/office/api?x=geheim-geheim-1234",
                "https://portal.test",
            ),
            (
                "http://other.test:81/geheim-geheim-1234",
                "http://other.test:81",
            ),
            ("/auth.aspx;s=1?x=2", "/auth.aspx on the same host"),
            ("//geheim-geheim-1234/x", "http://***"),
            ("/geheim-geheim-1234/x", "/*** on the same host"),
        ] {
            assert_eq!(place(location, &target).as_deref(), Some(shown));
        }
    }
}
