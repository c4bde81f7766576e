//! Documented paths of members: names from the payload on with `/` between them, `*` for the items of a list; empty
//! for the payload.

/// Takes a path one step further down, and says how long it was before.
pub(crate) fn enter(path: &mut String, step: &str) -> usize {
    let length = path.len();
    if length > 0 {
        path.push('/');
    }
    path.push_str(step);
    length
}

/// The path of a member below another path.
pub(crate) fn join(path: &str, name: &str) -> String {
    let mut joined = path.to_owned();
    enter(&mut joined, name);
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_down_leads_back() {
        let mut path = String::new();
        let lengths = ["Owner", "*", "Title"].map(|step| enter(&mut path, step));
        assert_eq!((path.as_str(), lengths), ("Owner/*/Title", [0, 5, 7]));
        path.truncate(lengths[1]);
        assert_eq!(path, "Owner");
        assert_eq!(join(&path, "id"), "Owner/id");
        assert_eq!(join("", "id"), "id");
    }
}
