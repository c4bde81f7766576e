//! The command line that asks the same again.

use crate::client::{Request, curl_argument};
use crate::target::Target;

/// A `curl` command line that asks the same again; the token stays in its variable.
#[must_use]
pub fn curl(request: &Request, target: &Target) -> String {
    let mut words = vec!["curl -sS".to_owned()];
    if request.method != "GET" {
        words.push(format!("-X {}", request.method));
    }
    words.extend(curl_argument(&target.credentials, request.token));
    words.push(format!(
        "-H {}",
        quoted(&format!("Accept: {}", request.accept))
    ));
    for (name, _) in &target.headers {
        words.push(format!("-H {}", quoted(&format!("{name}: ***"))));
    }
    if let Some(body) = &request.body {
        let header = format!("Content-Type: {}", body.content_type);
        words.push(format!("-H {}", quoted(&header)));
        words.push(format!("--data {}", quoted(&body.text)));
    }
    if target.tls.insecure {
        words.push("--insecure".to_owned());
    }
    let files = [
        ("--cacert", &target.tls.cacert),
        ("--cert", &target.tls.cert),
    ];
    for (flag, file) in files {
        if let Some(file) = file {
            words.push(format!("{flag} {}", quoted(&file.display().to_string())));
        }
    }
    words.push(quoted(&target.url_of(&request.path)));
    words.join(" ")
}

/// A word for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
