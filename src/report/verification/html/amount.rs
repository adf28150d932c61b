//! Times and rates in words, and how long their bars are.

use std::time::Duration;

/// A time as people say it.
pub(super) fn time(time: Duration) -> String {
    // Rounded before the unit is chosen, so that there is no 60.0 s.
    let tenths = (time.as_millis() + 50) / 100;
    if time.as_millis() == 0 {
        "under 1 ms".to_owned()
    } else if time.as_millis() < 1000 {
        format!("{} ms", time.as_millis())
    } else if tenths < 600 {
        format!("{}.{} s", tenths / 10, tenths % 10)
    } else {
        let seconds = (time.as_millis() + 500) / 1000;
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

/// Tokens per second.
pub(super) fn rate(rate: f64) -> String {
    if rate < 10.0 {
        format!("{rate:.1}")
    } else {
        format!("{rate:.0}")
    }
}

/// A part of a whole, in percent of a bar.
pub(super) fn percent(part: f64, whole: f64) -> f64 {
    if part.is_finite() && whole.is_finite() && whole > 0.0 {
        (part / whole * 100.0).clamp(0.0, 100.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_unit_that_suits_them() {
        let said = |ms| time(Duration::from_millis(ms));
        assert_eq!(time(Duration::from_micros(999)), "under 1 ms");
        assert_eq!((said(1), said(999)), ("1 ms".into(), "999 ms".into()));
        assert_eq!(
            (said(1000), said(59_949)),
            ("1.0 s".into(), "59.9 s".into())
        );
        assert_eq!(
            (said(59_950), said(125_400)),
            ("1 min 0 s".into(), "2 min 5 s".into())
        );
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "these are exact")]
    fn bars_stay_within_their_track() {
        assert_eq!(percent(1.0, 4.0), 25.0);
        assert_eq!(percent(9.0, 4.0), 100.0);
        for odd in [f64::NAN, f64::INFINITY, -1.0] {
            assert_eq!(percent(odd, 4.0), 0.0);
        }
        assert_eq!(percent(1.0, 0.0), 0.0);
        assert_eq!((rate(3.07), rate(41.6)), ("3.1".into(), "42".into()));
    }
}
