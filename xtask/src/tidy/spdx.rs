//! Licence expressions as crates write them: SPDX, and the older `MIT/Apache-2.0`.

/// Whether an expression can be met with allowed licences only.
/// A licence with its exception is one name: `Apache-2.0 WITH LLVM-exception`.
pub(super) fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> Result<bool, String> {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let verdict = any(&mut words, allowed)?;
    match words.next() {
        None => Ok(verdict),
        Some(word) => Err(format!("`{word}` is one too many")),
    }
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words<'_>, allowed: &dyn Fn(&str) -> bool) -> Result<bool, String> {
    let mut verdict = all(words, allowed)?;
    while words.next_if_eq(&"OR").is_some() {
        verdict |= all(words, allowed)?;
    }
    Ok(verdict)
}

fn all(words: &mut Words<'_>, allowed: &dyn Fn(&str) -> bool) -> Result<bool, String> {
    let mut verdict = one(words, allowed)?;
    while words.next_if_eq(&"AND").is_some() {
        verdict &= one(words, allowed)?;
    }
    Ok(verdict)
}

fn one(words: &mut Words<'_>, allowed: &dyn Fn(&str) -> bool) -> Result<bool, String> {
    match words.next() {
        Some("(") => {
            let verdict = any(words, allowed)?;
            match words.next() {
                Some(")") => Ok(verdict),
                _ => Err("a parenthesis is not closed".into()),
            }
        }
        None | Some(")" | "OR" | "AND" | "WITH") => Err("a licence is missing".into()),
        Some(licence) => {
            if words.next_if_eq(&"WITH").is_none() {
                return Ok(allowed(licence));
            }
            match words.next() {
                None | Some("(" | ")" | "OR" | "AND" | "WITH") => {
                    Err("an exception is missing".into())
                }
                Some(exception) => Ok(allowed(&format!("{licence} WITH {exception}"))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str) -> Result<bool, String> {
        satisfied(expression, &|name| matches!(name, "A" | "B" | "C WITH x"))
    }

    #[test]
    fn alternatives_and_conditions() {
        for good in [
            "A",
            "A OR Z",
            "Z OR A",
            "Z/B",
            "A AND B",
            "C WITH x",
            "(Z OR A) AND B",
        ] {
            assert_eq!(check(good), Ok(true), "{good}");
        }
        for bad in [
            "Z",
            "A AND Z",
            "C",
            "A WITH x",
            "C WITH y",
            "A AND (Z OR Y)",
            "Z/Y",
        ] {
            assert_eq!(check(bad), Ok(false), "{bad}");
        }
        // AND binds tighter than OR.
        assert_eq!(check("A OR B AND Z"), Ok(true));
        assert_eq!(check("(A OR B) AND Z"), Ok(false));
    }

    #[test]
    fn what_is_not_an_expression_is_said() {
        for broken in ["", "A OR", "(A", "A)", "A B", "A WITH", "OR A", "()"] {
            assert!(check(broken).is_err(), "{broken}");
        }
    }
}
