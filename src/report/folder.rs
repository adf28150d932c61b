//! File names as others see them: from the folder that the command runs in, with `/` between parts.

/// What standard input is called.
const STDIN: &str = "<stdin>";

/// The folder that the command runs in. Names are compared as text; nothing is looked up.
#[derive(Debug, Clone)]
pub struct Folder {
    path: String,
    /// Whether `\` separates, drives have letters and case does not matter.
    is_windows: bool,
}

impl Folder {
    /// The folder with this absolute path; an empty one when it is not known.
    #[must_use]
    pub fn new(path: &str) -> Folder {
        let is_windows = path.starts_with(r"\\") || drive(path).is_some();
        let path = slashed(path, is_windows);
        Folder { path, is_windows }
    }

    /// A name relative to this folder for what lies in it. Outside of it an absolute name stays
    /// absolute, and one that climbs stays relative.
    #[must_use]
    pub fn name(&self, name: &str) -> String {
        if name == STDIN {
            return name.to_owned();
        }
        let name = slashed(name, self.is_windows);
        self.inside(&name).unwrap_or_else(|| {
            let root = root(&name, self.is_windows);
            format!("{root}{}", parts(name.get(root.len()..)).join("/"))
        })
    }

    /// A URI for the file: a relative reference inside this folder, else `file://…`.
    #[must_use]
    pub fn uri(&self, name: &str) -> String {
        if name == STDIN {
            return encoded(name);
        }
        let name = slashed(name, self.is_windows);
        if let Some(inside) = self.inside(&name) {
            return encoded(&inside);
        }
        let whole = self.whole(&name);
        let root = root(&whole, self.is_windows);
        let below = encoded(&parts(whole.get(root.len()..)).join("/"));
        match root {
            "//" => format!("file://{below}"),
            "/" | "" => format!("file:///{below}"),
            drive => format!("file:///{drive}{below}"),
        }
    }

    /// The name made absolute.
    fn whole(&self, name: &str) -> String {
        if root(name, self.is_windows).is_empty() {
            format!("{}/{name}", self.path)
        } else {
            name.to_owned()
        }
    }

    /// The name seen from here, when the file lies here.
    fn inside(&self, name: &str) -> Option<String> {
        let here = root(&self.path, self.is_windows);
        if here.is_empty() && !root(name, self.is_windows).is_empty() {
            return None;
        }
        let whole = self.whole(name);
        let there = root(&whole, self.is_windows);
        let same = |one: &str, other: &str| {
            one == other || (self.is_windows && one.eq_ignore_ascii_case(other))
        };
        let folder = parts(self.path.get(here.len()..));
        let file = parts(whole.get(there.len()..));
        // Without a known folder the name may only be followed downwards.
        let begins = same(here, there) || self.path.is_empty();
        let leads = folder.len() < file.len() && begins;
        let fits = leads
            && folder
                .iter()
                .zip(&file)
                .all(|(one, other)| same(one, other));
        let below = file.get(folder.len()..).filter(|_| fits)?;
        (below.first() != Some(&"..")).then(|| below.join("/"))
    }
}

/// The name with `/` for each separator of its system.
fn slashed(name: &str, is_windows: bool) -> String {
    if is_windows {
        name.replace('\\', "/")
    } else {
        name.to_owned()
    }
}

/// `C:/` at the start of a path, whichever its separator is.
fn drive(path: &str) -> Option<&str> {
    let head = path.get(..3)?;
    let mut chars = head.chars();
    let letter = chars.next()?.is_ascii_alphabetic();
    let is_drive = letter && chars.next() == Some(':') && matches!(chars.next(), Some('/' | '\\'));
    is_drive.then_some(head)
}

/// What makes a path absolute; nothing for a relative one.
fn root(path: &str, is_windows: bool) -> &str {
    if is_windows {
        let share = path.get(..2).filter(|head| *head == "//");
        return share.or_else(|| drive(path)).unwrap_or("");
    }
    path.get(..1).filter(|head| *head == "/").unwrap_or("")
}

/// The parts of a path; what `..` takes back is left out.
fn parts(path: Option<&str>) -> Vec<&str> {
    let mut kept: Vec<&str> = Vec::new();
    for part in path.unwrap_or("").split('/') {
        let climbs = part == ".." && kept.last().is_some_and(|last| *last != "..");
        if climbs {
            kept.pop();
        } else if !matches!(part, "" | ".") {
            kept.push(part);
        }
    }
    kept
}

/// The path as RFC 3986 wants it. Also `:` is encoded, which at the start would look like a scheme.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_seen_from_the_folder() {
        let cases = [
            ("a.json5", "a.json5", "a.json5"),
            ("./x/./a.json5", "x/a.json5", "x/a.json5"),
            ("x/../a b.json5", "a b.json5", "a%20b.json5"),
            ("/work/repo/x/ü.json5", "x/ü.json5", "x/%C3%BC.json5"),
            (
                "/work/repository/a",
                "/work/repository/a",
                "file:///work/repository/a",
            ),
            ("/work/repo", "/work/repo", "file:///work/repo"),
            ("../a.json5", "../a.json5", "file:///work/a.json5"),
            ("../repo/a.json5", "a.json5", "a.json5"),
            ("/etc//./x/../a#b", "/etc/a#b", "file:///etc/a%23b"),
            ("a:b%.json5", "a:b%.json5", "a%3Ab%25.json5"),
            (r"a\b.json5", r"a\b.json5", "a%5Cb.json5"),
            ("<stdin>", "<stdin>", "%3Cstdin%3E"),
        ];
        let folder = Folder::new("/work/repo");
        for (given, name, uri) in cases {
            assert_eq!(
                (folder.name(given), folder.uri(given)),
                (name.into(), uri.into()),
                "{given}"
            );
        }
        assert_eq!(Folder::new("/").name("/etc/a"), "etc/a");
    }

    #[test]
    fn names_of_windows_get_slashes() {
        let cases = [
            (r".\x\a.json5", "x/a.json5", "x/a.json5"),
            (r"c:\Work\repo\x\a.json5", "x/a.json5", "x/a.json5"),
            (r"D:\a b.json5", "D:/a b.json5", "file:///D:/a%20b.json5"),
            (r"..\a.json5", "../a.json5", "file:///C:/work/a.json5"),
            (
                r"\\host\share\a.json5",
                "//host/share/a.json5",
                "file://host/share/a.json5",
            ),
        ];
        let folder = Folder::new(r"C:\work\repo");
        for (given, name, uri) in cases {
            assert_eq!(
                (folder.name(given), folder.uri(given)),
                (name.into(), uri.into()),
                "{given}"
            );
        }
        let share = Folder::new(r"\\host\share\repo");
        assert_eq!(share.name(r"\\host\share\repo\a.json5"), "a.json5");
    }

    #[test]
    fn an_unknown_folder_holds_what_is_relative() {
        let folder = Folder::new("");
        assert_eq!(folder.uri("x/a.json5"), "x/a.json5");
        assert_eq!(folder.uri("/x/a.json5"), "file:///x/a.json5");
        assert_eq!(folder.name("/x/a.json5"), "/x/a.json5");
        assert_eq!(folder.name("../a.json5"), "../a.json5");
    }
}
