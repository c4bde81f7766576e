//! The path of the server that a document names, where the URL of a portal ends in it as well.

use url::Url;

use crate::contract::Contract;

/// Takes the path of the documented server out of a URL that ends in it, in whole steps, where the documented paths of
/// all operations begin with it: it is sent once. Gives that path, without slashes around it.
pub(crate) fn taken_once(url: &mut Url, contract: &Contract) -> Option<String> {
    let mut bases = contract.operations.iter().map(|one| one.base.as_str());
    let base = bases.next().filter(|base| !base.is_empty())?;
    if !bases.all(|other| other == base) {
        return None;
    }
    let path = url.path().trim_end_matches('/');
    let before = path.strip_suffix(base)?.strip_suffix('/')?.to_owned();
    url.set_path(&before);
    Some(base.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::contract::of_sources;
    use crate::source::Source;

    #[test]
    fn what_url_and_document_both_say_is_taken_once() {
        let taken = |url: &str, servers: &str| {
            let text = format!(
                "openapi: 3.1.0\n{servers}paths:\n  /boats: {{get: {{}}}}\n  /api/oars: {{get: {{}}}}\n"
            );
            let contract = of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
            let mut url: Url = url.parse().unwrap();
            let base = taken_once(&mut url, &contract);
            (url.to_string(), base)
        };
        let api = "servers: [{url: 'https://x.test/api'}]\n";
        let deep = "servers: [{url: /api/v1/}]\n";
        for (url, servers, expected, base) in [
            ("http://h/api", api, "http://h/", Some("api")),
            ("http://h/api/", api, "http://h/", Some("api")),
            ("http://h/x/api/v1", deep, "http://h/x", Some("api/v1")),
            ("http://h/v1", deep, "http://h/v1", None),
            ("http://h/myapi", api, "http://h/myapi", None),
            ("http://h/api/x", api, "http://h/api/x", None),
            ("http://h/", api, "http://h/", None),
            // Nothing says that paths which begin so mean the same.
            ("http://h/api", "", "http://h/api", None),
        ] {
            let expected = (expected.to_owned(), base.map(str::to_owned));
            assert_eq!(taken(url, servers), expected, "{url} {servers}");
        }
    }
}
