//! What a file is, told from its content.

use crate::snapshot::{KEYS, Source};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Answers of the AWS CLI, or what is none of the others.
    Snapshot,
    /// What `terraform show -json` prints of a plan.
    TerraformPlan,
    /// What `terraform show -json` prints of a state.
    TerraformState,
    /// A CloudFormation template, in JSON or YAML.
    Template,
}

impl Kind {
    /// Tells the kind of a file by its top-level keys.
    pub(super) fn of(source: &Source) -> Self {
        let text = source.text().0.trim_start();
        if !text.starts_with('{') {
            return if is_yaml_template(text) { Kind::Template } else { Kind::Snapshot };
        }
        let mut keys = Keys::default();
        // A text that breaks off may have told enough before, and what is wrong with it is told when it is read.
        let _ = (&mut keys).deserialize(&mut serde_json::Deserializer::from_str(text));
        if keys.of_terraform {
            return if keys.is_plan { Kind::TerraformPlan } else { Kind::TerraformState };
        }
        if keys.is_template && !keys.is_snapshot { Kind::Template } else { Kind::Snapshot }
    }
}

/// A template has its sections at the beginning of lines.
fn is_yaml_template(text: &str) -> bool {
    let section = |line: &str, name: &str| {
        let line = line.trim_start_matches(['"', '\'']);
        line.strip_prefix(name).is_some_and(|rest| rest.trim_start_matches(['"', '\'']).trim_start().starts_with(':'))
    };
    text.lines().any(|line| section(line, "AWSTemplateFormatVersion") || section(line, "Resources"))
}

/// The top-level keys that tell the kind.
#[derive(Default)]
struct Keys {
    is_snapshot: bool,
    of_terraform: bool,
    is_plan: bool,
    is_template: bool,
}

impl<'de> DeserializeSeed<'de> for &mut Keys {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Keys {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        #[derive(Deserialize)]
        struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
        while let Some(Key(key)) = map.next_key()? {
            match &*key {
                "format_version" => self.of_terraform = true,
                "planned_values" | "resource_changes" | "planned_changes" | "errored" => self.is_plan = true,
                "AWSTemplateFormatVersion" => self.is_template = true,
                "Resources" => {
                    map.next_value_seed(Begins(&mut self.is_template))?;
                    continue;
                }
                // A template has `Rules` of its own, by name.
                "Rules" => {
                    let raw: &RawValue = map.next_value()?;
                    self.is_snapshot |= raw.get().starts_with('[');
                    continue;
                }
                "fargcheck" | "ipRanges" => self.is_snapshot = true,
                key => self.is_snapshot |= KEYS.iter().any(|known| known.name == key),
            }
            if self.is_snapshot || (self.of_terraform && self.is_plan) {
                // The rest, which may be long, changes nothing.
                return Err(A::Error::custom("enough is known"));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

/// Notes that a value is an object when it begins, for it may break off.
struct Begins<'k>(&'k mut bool);

impl<'de> DeserializeSeed<'de> for Begins<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Begins<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        *self.0 = true;
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_tells_the_kind() {
        let cases = [
            (r#"{"Vpcs": []}"#, Kind::Snapshot),
            (r#"{"fargcheck": {}, "format_version": "1.2"}"#, Kind::Snapshot),
            (r#"{"VpcId": "vpc-1"}"#, Kind::Snapshot),
            ("[]", Kind::Snapshot),
            ("", Kind::Snapshot),
            (r#"{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{}}"#, Kind::TerraformPlan),
            (r#"{"configuration": {}, "format_version":"1.2", "resource_changes": []}"#, Kind::TerraformPlan),
            (r#"{"format_version":"1.2","terraform_version":"1.9.0","resource_changes":[{"#, Kind::TerraformPlan),
            (r#"{"format_version":"1.2","errored":true}"#, Kind::TerraformPlan),
            (r#"{"format_version":"1.0","terraform_version":"1.9.0","values":{}}"#, Kind::TerraformState),
            (r#"{"format_version":"1.0"}"#, Kind::TerraformState),
            (r#"{"AWSTemplateFormatVersion": "2010-09-09"}"#, Kind::Template),
            ("\u{feff} {\"Resources\": {}}", Kind::Template),
            (r#"{"Resources": []}"#, Kind::Snapshot),
            (r#"{"Resources": {"Vpc": {"Type": "#, Kind::Template),
            (r#"{"Rules": {}, "Resources": {}}"#, Kind::Template),
            (r#"{"Rules": []}"#, Kind::Snapshot),
            ("AWSTemplateFormatVersion: '2010-09-09'\nResources:\n", Kind::Template),
            ("# a comment\n\"Resources\" :\n  A: {}\n", Kind::Template),
            ("a: b\n  Resources:\n", Kind::Snapshot),
        ];
        for (text, expected) in cases {
            assert_eq!(Kind::of(&Source::new("a", text)), expected, "{text}");
        }
    }
}
