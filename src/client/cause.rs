//! The causes of an error of the libraries.

use std::error::Error;

/// The error of this type that an error is, or has among its causes.
pub(super) fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    // An I/O error hides what it wraps from `source`.
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    error
        .downcast_ref::<E>()
        .or_else(|| cause(wrapped?))
        .or_else(|| cause(error.source()?))
}

/// What the libraries put before the cause in every message.
const WRAPPERS: [&str; 4] = [
    "client error (Connect)",
    "connection error",
    "error reading a body from connection",
    "tcp connect error",
];

/// The causes of an error, outermost first, each once, without the wrappers that say nothing.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut words = vec![error.to_string()];
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        if !words.contains(&text) {
            words.push(text);
        }
        source = error.source();
    }
    let telling = |word: &String| !WRAPPERS.contains(&word.as_str());
    if words.iter().any(telling) {
        words.retain(telling);
    }
    words.join(": ")
}
