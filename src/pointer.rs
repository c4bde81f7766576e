//! JSON pointers (RFC 6901): steps and the names that they stand for.

use std::borrow::Cow;

/// A name as a step of a pointer has it.
pub(crate) fn escaped(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) {
        name.replace('~', "~0").replace('/', "~1").into()
    } else {
        name.into()
    }
}

/// The name that a step of a pointer stands for.
pub(crate) fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// A pointer one step further down.
pub(crate) fn below(pointer: &str, name: &str) -> String {
    let step = escaped(name);
    let mut below = String::with_capacity(pointer.len() + 1 + step.len());
    below.push_str(pointer);
    below.push('/');
    below.push_str(&step);
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_stands_for_its_name() {
        for (name, step) in [
            ("a", "a"),
            ("a/b", "a~1b"),
            ("a~b", "a~0b"),
            ("~1", "~01"),
            ("", ""),
        ] {
            assert_eq!(below("/x", name), format!("/x/{step}"));
            assert_eq!(unescaped(step), name);
        }
    }
}
