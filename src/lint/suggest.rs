//! The nearest thing that a person may have meant.

/// Most letters that may differ between a misspelling and what was meant.
const NEAR: usize = 2;

/// The one of `known` that `written` most likely stands for: equal but for case, dashes and
/// underscores, or alone in being a slip or two away.
pub(super) fn nearest<'k>(written: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let plain = letters(written);
    let mut best: Option<(usize, &str)> = None;
    let mut tied = false;
    for candidate in known {
        let target = letters(candidate);
        if plain == target {
            return Some(candidate);
        }
        // A slip or two in a short word makes another word: `bearer`, `header`.
        let allowed = NEAR.min(target.len() / 4);
        let distance = strsim::damerau_levenshtein(&plain, &target);
        if distance > allowed {
            continue;
        }
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, _)) if distance == least => tied = true,
            _ => {
                tied = false;
                best = Some((distance, candidate));
            }
        }
    }
    best.filter(|_| !tied).map(|(_, candidate)| candidate)
}

/// Whether both are the same but for case, dashes and underscores.
pub(super) fn same_letters(a: &str, b: &str) -> bool {
    letters(a) == letters(b)
}

fn letters(name: &str) -> String {
    let kept = name.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
    kept.flat_map(char::to_lowercase).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_mended_and_a_tie_is_not() {
        let known = ["contextWindow", "contextTokens", "maxTokens", "id", "api"];
        let meant = |written| nearest(written, known.into_iter());
        assert_eq!(meant("context_window"), Some("contextWindow"));
        assert_eq!(meant("contextWindwo"), Some("contextWindow"));
        assert_eq!(meant("maxToken"), Some("maxTokens"));
        assert_eq!(meant("ic"), None);
        assert_eq!(nearest("bearer", ["header"].into_iter()), None);
        assert_eq!(meant("temperature"), None);
        assert_eq!(nearest("ab_c1", ["abc2", "abc3"].into_iter()), None);
    }

    #[test]
    fn the_nearer_one_is_meant_wherever_it_stands() {
        let meant = |known: [&'static str; 2]| nearest("maxTokns", known.into_iter());
        assert_eq!(meant(["maxTokens", "maxTakens"]), Some("maxTokens"));
        assert_eq!(meant(["maxTakens", "maxTokens"]), Some("maxTokens"));
        assert_eq!(meant(["maxTokens", "maxTokins"]), None, "a tie");
    }
}
