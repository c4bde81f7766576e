//! Which headers tell the version of software: the rule stands in docs/refusals.md.

use std::net::Ipv4Addr;

/// Headers that name software and nothing else.
const OF_SOFTWARE: [&str; 4] = ["server", "via", "x-generator", "x-server"];
/// Words in the names of headers that speak of something else than software: protocols, interfaces, content,
/// single requests.
const OF_OTHERS: [&str; 56] = [
    "accept",
    "agreement",
    "api",
    "apis",
    "client",
    "config",
    "consent",
    "content",
    "contract",
    "correlation",
    "dataset",
    "dav",
    "date",
    "document",
    "duration",
    "elapsed",
    "entity",
    "feed",
    "format",
    "id",
    "interface",
    "ip",
    "item",
    "license",
    "min",
    "minimum",
    "mime",
    "mcp",
    "object",
    "odata",
    "openapi",
    "policy",
    "privacy",
    "protocol",
    "range",
    "record",
    "request",
    "required",
    "resource",
    "revision",
    "row",
    "schema",
    "sec",
    "soap",
    "spec",
    "supported",
    "template",
    "term",
    "terms",
    "time",
    "timing",
    "trace",
    "tus",
    "upgrade",
    "wsdl",
    "xml",
];
/// Words in the names of headers that are products, whose value may be the number alone.
const PRODUCTS: [&str; 44] = [
    "artifactory",
    "aspnet",
    "aspnetmvc",
    "bitbucket",
    "coldfusion",
    "communityserver",
    "confluence",
    "cpanel",
    "django",
    "drupal",
    "elastic",
    "envoy",
    "exchange",
    "gitea",
    "gitlab",
    "glassfish",
    "grafana",
    "hudson",
    "istio",
    "jboss",
    "jenkins",
    "jira",
    "joomla",
    "keycloak",
    "kibana",
    "kong",
    "laravel",
    "liferay",
    "litespeed",
    "magento",
    "moodle",
    "nexus",
    "nextcloud",
    "onlyoffice",
    "owncloud",
    "pagespeed",
    "passenger",
    "php",
    "plesk",
    "rails",
    "sitecore",
    "sonarqube",
    "umbraco",
    "wordpress",
];
/// Names before a slash and a number that are protocols.
const PROTOCOLS: [&str; 18] = [
    "api", "apis", "crm", "dav", "esi", "graphql", "http", "https", "iso", "json", "mime", "rest",
    "rfc", "rpc", "sip", "ssl", "tls", "utf",
];

/// Whether a header tells the version of software.
///
/// By its name, which is one of software or says "version", with any number with a point or behind a slash;
/// or by its value, which names a product with its version, or is a number of three parts beside words or in
/// a header that is called like a product. What speaks of an interface, a protocol, or of content does neither.
pub(super) fn tells_version(name: &str, value: &str) -> bool {
    if OF_SOFTWARE.contains(&name) || name.starts_with("x-powered-") {
        let software = match name {
            // Before the comments stand versions of HTTP (RFC 9110, 7.6.3).
            "via" => value.split_once('(').map_or("", |(_, comments)| comments),
            _ => value,
        };
        return has_version(software);
    }
    if name.split('-').any(|word| OF_OTHERS.contains(&word)) || name == "dataserviceversion" {
        return false;
    }
    let says_version = name.ends_with("version") || name.split('-').any(|word| word == "version");
    let is_product = name.split('-').any(|word| PRODUCTS.contains(&word));
    (says_version && has_version(value)) || is_of_product(value, is_product)
}

/// Whether a value is plain words with a version: `Product/1.2`, or a number of three parts and more. Such a
/// number alone may be anything but where it is known to be that of a product.
fn is_of_product(value: &str, is_product: bool) -> bool {
    let has_name = value.contains(|c: char| c.is_ascii_alphabetic());
    let may_be_number = is_product || has_name;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " ./-_()+".contains(c);
    if !value.chars().all(is_plain) {
        return false;
    }
    value.split([' ', '(', ')']).any(|word| {
        if let Some((product, version)) = word.split_once('/') {
            let is_product = product.starts_with(|c: char| c.is_ascii_alphabetic())
                && !version.contains('/')
                && !PROTOCOLS.contains(&product.to_ascii_lowercase().as_str());
            return is_product && parts(version) > 1;
        }
        let is_address = match word.parse::<Ipv4Addr>() {
            Ok(address) => word == value.trim() || address.is_private() || address.is_loopback(),
            Err(_) => false,
        };
        may_be_number && !is_address && parts(word) > 2
    })
}

/// How many numbers with points between them a word begins with, none as long as a date's or a counter's.
fn parts(word: &str) -> usize {
    let numbers = word.strip_prefix('v').unwrap_or(word);
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (numbers, _) = numbers.split_at(end.unwrap_or(numbers.len()));
    let all = numbers.split('.');
    let is_short = |number: &str| (1..=3).contains(&number.len());
    if !all.clone().take(2).all(is_short) {
        return 0;
    }
    let is_day =
        |parts: &[&str]| matches!(parts, [_, _, year] if year.len() == 4 && word.len() == 10);
    let all: Vec<&str> = all.filter(|number| !number.is_empty()).collect();
    if is_day(&all) { 0 } else { all.len() }
}

/// Whether a text holds numbers with points between them, or a number behind a slash.
fn has_version(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let begins = |at: usize| is_digit(at) && (at == 0 || !is_digit(at - 1));
    (0..bytes.len()).filter(|at| begins(*at)).any(|at| {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        let length = bytes[at..].iter().take_while(|b| b.is_ascii_digit());
        let end = at + length.count();
        let is_word = before.is_none_or(|b| !b.is_ascii_alphanumeric() || b == b'v');
        let has_point = bytes.get(end) == Some(&b'.') && is_digit(end + 1);
        let is_last = bytes.get(end).is_none_or(|b| b" ,;)".contains(b));
        (has_point && is_word) || (before == Some(b'/') && is_last)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_told_from_a_name() {
        for (name, value, is_told) in [
            ("server", "nginx/1.18.0", true),
            ("server", "Apache/2", true),
            ("server", "Jetty(9.4.31.v2020)", true),
            ("server", "Microsoft-IIS/10.0", true),
            ("server", "nginx v1.2", true),
            ("x-powered-by", "PHP/7.4", true),
            ("x-aspnet-version", "4.0.30319", true),
            ("via", "1.1 proxy (Varnish/6.0)", true),
            ("server", "nginx", false),
            ("server", "AmazonS3", false),
            ("server", "ECAcc (nyd/1D2B)", false),
            ("x-powered-by", "ASP.NET", false),
            ("via", "1.1 varnish, HTTP/1.1 edge", false),
            ("x-api-version", "2.0", false),
            ("server", "", false),
            ("x-server-version", "1.2", true),
            ("x-application-version", "v5.6.1", true),
            ("x-version", "2.3.1", true),
            ("x-owa-version", "15.0.1497", true),
            ("x-jenkins", "2.303.1", true),
            ("x-mod-pagespeed", "1.13.35.2-0", true),
            (
                "liferay-portal",
                "Liferay Community Edition Portal 7.4.3.4",
                true,
            ),
            ("x-generator", "Drupal 9.1", true),
            ("x-powered-by-plesk", "PleskLin 18.0", true),
            ("x-backend", "nginx/1.18.0", true),
            ("api-supported-versions", "1.0, 2.0", false),
            ("x-api-version", "2.0.1", false),
            ("mime-version", "1.0", false),
            ("dav", "1, 2", false),
            ("sec-websocket-version", "13", false),
            ("odata-version", "4.0", false),
            ("dataserviceversion", "3.0;", false),
            ("x-protocol", "HTTP/1.1", false),
            ("upgrade", "HTTP/2.0", false),
            ("x-runtime", "0.012345", false),
            ("x-backend-server", "web 10.1.1.1", false),
            ("x-upstream", "203.0.113.7", false),
            ("x-client-ip", "203.0.113.7", false),
            ("x-real-ip", "203.0.113.7, 10.0.0.1", false),
            ("etag", "\"1.2.3\"", false),
            ("link", "</lib-1.2.3.js>; rel=preload", false),
            (
                "content-disposition",
                "attachment; filename=a-1.2.3.pdf",
                false,
            ),
            ("content-type", "application/json; version=1.2.3", false),
            ("server-timing", "app;dur=1.2", false),
            ("x-request-id", "1637.22.3", false),
            ("date", "Tue, 08 Dec 2020 17:37:04 GMT", false),
            ("x-amz-version-id", "3.4.1", false),
            ("x-deploy-date", "08.12.2020", false),
            ("x-document-version", "2.1", false),
            ("x-terms-version", "3.0", false),
            ("x-client-min-version", "5.2.0", false),
            ("x-privacy-policy-version", "1.2", false),
            ("x-template-version", "1.2.3", false),
            ("x-correlation", "10.20.30", false),
            ("x-elapsed", "0.0.12", false),
            ("x-backoff", "1.2.3", false),
            ("x-route", "api/2.0", false),
            ("x-path", "crm/2.0/contact", false),
            ("x-gitlab-meta", "16.4.1", true),
            ("x-kong-proxy", "3.4.2", true),
            ("x-cms", "Drupal 10.1.2", true),
            ("x-app", "shop/2.4", true),
            ("x-build-version", "2.4.1", true),
        ] {
            assert_eq!(tells_version(name, value), is_told, "{name}: {value}");
        }
    }
}
