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

/// Whether a step may be the place of an item in a list.
pub(crate) fn is_index(step: &str) -> bool {
    !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit())
}

/// A pointer with a star for each place in a list.
pub(crate) fn unindexed(pointer: &str) -> String {
    let steps = pointer.split('/');
    let steps: Vec<&str> = steps
        .map(|step| if is_index(step) { "*" } else { step })
        .collect();
    steps.join("/")
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

    #[test]
    fn places_in_lists_are_alike() {
        for (pointer, expected) in [
            ("", ""),
            ("/a/10/b", "/a/*/b"),
            ("/a1/b/0", "/a1/b/*"),
            ("//x", "//x"),
        ] {
            assert_eq!(unindexed(pointer), expected);
        }
    }
}
