//! Days of the calendar and moments, in UTC.

use schemars::JsonSchema;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

const DAY: i64 = 86_400;

/// A day, in the order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date {
    year: i64,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `2027-03-31`; none where there is no such day.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else { return None };
        let number = |text: &str, digits: usize| {
            let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| text.parse::<i64>().ok()).flatten()
        };
        let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self { year, month: month as u8, day: day as u8 })
    }

    /// This day.
    pub(crate) fn today() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        Self::of_day((seconds / DAY as u64) as i64)
    }

    /// The day so many days after 1970-01-01. <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>
    fn of_day(days: i64) -> Self {
        let days = days + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        Self { year: year_of_era + era * 400 + i64::from(month <= 2), month: month as u8, day: day as u8 }
    }

    /// How many days after 1970-01-01. <https://howardhinnant.github.io/date_algorithms.html#days_from_civil>
    fn number(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let from_march = (i64::from(self.month) + 9) % 12;
        let of_year = (153 * from_march + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// When something happened. The AWS CLI prints a text with an offset (`2026-11-21T13:01:00.076000+01:00`), or with
/// `cli_timestamp_format = wire` and in its first version the seconds since 1970.
/// <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html#cli-config-cli_timestamp_format>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(Option<i64>);

impl Moment {
    /// Seconds since 1970; none where the input's text is no time.
    pub fn seconds(self) -> Option<i64> {
        self.0
    }

    /// `2026-11-21T12:01:00Z`.
    pub fn text(seconds: i64) -> String {
        let of_day = seconds.rem_euclid(DAY);
        let date = Date::of_day(seconds.div_euclid(DAY));
        format!("{date}T{:02}:{:02}:{:02}Z", of_day / 3600, of_day / 60 % 60, of_day % 60)
    }

    fn parse(text: &str) -> Option<i64> {
        let (date, rest) = text.split_once(['T', ' '])?;
        let zone = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
        let (clock, zone) = rest.split_at(zone);
        // Four digits at most, of which nothing overflows.
        let is_number = |text: &str| text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = |text: &str| is_number(text).then(|| text.parse::<i64>().ok())?;
        let mut parts = clock.split('.').next()?.split(':').map(number);
        let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
        let offset = match zone.trim_start_matches(['Z', '+', '-']).replace(':', "") {
            none if none.is_empty() => 0,
            digits => {
                let number = number(&digits)?;
                let seconds = (number / 100 * 60 + number % 100) * 60;
                if zone.starts_with('-') { -seconds } else { seconds }
            }
        };
        let in_day = hours < 24 && minutes < 60 && seconds <= 60 && parts.next().is_none() && offset.abs() <= DAY;
        let date = Date::parse(date).filter(|_| in_day)?;
        Some(date.number() * DAY + hours * 3600 + minutes * 60 + seconds - offset)
    }
}

/// The last second of the year 9999: what is later has no four digits for its year, and is no time that AWS answers.
const LATEST: i64 = 253_402_300_799;

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl Visitor<'_> for Reader {
            type Value = Moment;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Moment, E> {
                Ok(Moment(Moment::parse(text).filter(|seconds| (0..=LATEST).contains(seconds))))
            }

            fn visit_u64<E: Error>(self, seconds: u64) -> Result<Moment, E> {
                Ok(Moment(i64::try_from(seconds).ok().filter(|seconds| *seconds <= LATEST)))
            }

            fn visit_i64<E: Error>(self, seconds: i64) -> Result<Moment, E> {
                Ok(Moment(Some(seconds).filter(|seconds| (0..=LATEST).contains(seconds))))
            }

            fn visit_f64<E: Error>(self, seconds: f64) -> Result<Moment, E> {
                Ok(Moment((0.0..=LATEST as f64).contains(&seconds).then_some(seconds as i64)))
            }
        }

        deserializer.deserialize_any(Reader)
    }
}

impl JsonSchema for Moment {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "time".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_exist_are_read() {
        for text in ["2027-03-31", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(Date::parse(text).map(|date| date.to_string()).as_deref(), Some(text));
        }
        for text in [
            "",
            "2027",
            "2027-3-31",
            "2027-02-29",
            "1900-02-29",
            "2027-04-31",
            "2027-13-01",
            "2027-00-10",
            "2027-01-00",
            "+027-01-01",
            "2027-01-01-01",
            "tomorrow",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert!(Date::parse("2026-12-31") < Date::parse("2027-01-01"));
    }

    #[test]
    fn days_since_1970_are_days_of_the_calendar() {
        let cases = [
            (0, "1970-01-01"),
            (31, "1970-02-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_778, "2026-11-21"),
            (2_932_896, "9999-12-31"),
        ];
        for (days, text) in cases {
            assert_eq!(Date::of_day(days).to_string(), text);
        }
    }

    #[test]
    fn days_have_their_numbers_back() {
        for day in [-719_468, -1, 0, 59, 60, 11_016, 20_778, 2_932_896] {
            assert_eq!(Date::of_day(day).number(), day);
        }
    }

    #[test]
    fn moments_are_read_as_every_aws_cli_prints_them() {
        let cases = [
            ("\"2026-11-21T12:01:00+00:00\"", Some("2026-11-21T12:01:00Z")),
            ("\"2026-11-21T13:01:00.076000+01:00\"", Some("2026-11-21T12:01:00Z")),
            ("\"2026-11-21T20:31:59.999-03:30\"", Some("2026-11-22T00:01:59Z")),
            ("\"2026-11-21T12:01:00Z\"", Some("2026-11-21T12:01:00Z")),
            ("\"2026-11-21 12:01\"", Some("2026-11-21T12:01:00Z")),
            ("1795262460", Some("2026-11-21T12:01:00Z")),
            ("1795262460.076", Some("2026-11-21T12:01:00Z")),
            ("\"yesterday\"", None),
            ("\"2026-02-30T12:01:00Z\"", None),
            ("\"2026-11-21T25:01:00Z\"", None),
            ("\"2026-11-21T12:01:00+9999999999\"", None),
            ("\"\"", None),
            ("-1", None),
            ("1e300", None),
            ("18446744073709551615", None),
        ];
        for (text, expected) in cases {
            let moment: Moment = serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(moment.seconds().map(Moment::text).as_deref(), expected, "{text}");
        }
        assert!(serde_json::from_str::<Moment>("{}").is_err());
    }
}
