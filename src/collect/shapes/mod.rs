//! AWS's answers as JSON, by naming what is kept.
//!
//! The SDK's types implement no `Serialize`. Each file below lists, type by type, the fields that a snapshot keeps, under
//! the names that the AWS CLI prints. The list is the whitelist: what isn't named in it can't get into a snapshot.

mod ec2;
mod ecr;
mod ecs;
mod elbv2;

use aws_smithy_types::DateTime;
use serde_json::{Map, Value};

/// A value of the SDK as the AWS CLI prints it. `Null` is an absent field.
pub(crate) trait ToJson {
    fn to_json(&self) -> Value;
}

impl ToJson for String {
    fn to_json(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl ToJson for bool {
    fn to_json(&self) -> Value {
        Value::from(*self)
    }
}

impl ToJson for i32 {
    fn to_json(&self) -> Value {
        Value::from(*self)
    }
}

impl ToJson for i64 {
    fn to_json(&self) -> Value {
        Value::from(*self)
    }
}

impl ToJson for DateTime {
    fn to_json(&self) -> Value {
        Value::from(timestamp(*self))
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToJson::to_json)
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> Value {
        self.iter().map(ToJson::to_json).collect()
    }
}

/// Adds a field unless it is absent.
pub(crate) fn put(object: &mut Map<String, Value>, name: &str, value: Value) {
    if !value.is_null() {
        object.insert(name.to_owned(), value);
    }
}

/// The AWS CLI's `iso8601` (`2026-01-31T10:00:00+00:00`, with microseconds where there are any), on every kind of call.
///
/// ECS and ECR send seconds as a decimal fraction, which a float only comes near to: hence rounded, not cut.
pub(crate) fn timestamp(time: DateTime) -> String {
    let micros = (i64::from(time.subsec_nanos()) + 500) / 1000;
    let whole = DateTime::from_secs(time.secs().saturating_add(micros / 1_000_000));
    let text = whole.fmt(aws_smithy_types::date_time::Format::DateTime).unwrap_or_default();
    let text = text.trim_end_matches('Z');
    match micros % 1_000_000 {
        0 => format!("{text}+00:00"),
        micros => format!("{text}.{micros:06}+00:00"),
    }
}

/// Implements [`ToJson`] for structures of the module called `sdk`: `Shape { JsonName: rust_field, … }`; of
/// `JsonName: rust_field => function` what the function leaves of it.
macro_rules! shapes {
    (@json $value:expr) => { $value.to_json() };
    (@json $value:expr, $function:ident) => { $function(&$value) };
    ($($shape:ident { $($name:ident: $field:ident $(=> $function:ident)?),* $(,)? })*) => {$(
        impl $crate::collect::shapes::ToJson for sdk::$shape {
            fn to_json(&self) -> serde_json::Value {
                let mut object = serde_json::Map::new();
                $($crate::collect::shapes::put(
                    &mut object,
                    stringify!($name),
                    $crate::collect::shapes::shapes!(@json self.$field $(, $function)?),
                );)*
                serde_json::Value::Object(object)
            }
        }
    )*};
}

/// Implements [`ToJson`] for enumerations of the module called `sdk`; values newer than the SDK stay as they are.
macro_rules! texts {
    ($($name:ident),* $(,)?) => {$(
        impl $crate::collect::shapes::ToJson for sdk::$name {
            fn to_json(&self) -> serde_json::Value {
                serde_json::Value::from(self.as_str())
            }
        }
    )*};
}

use {shapes, texts};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_the_aws_cli_prints_them() {
        assert_eq!(timestamp(DateTime::from_secs(1_769_853_600)), "2026-01-31T10:00:00+00:00");
        assert_eq!(timestamp(DateTime::from_millis(1_769_853_600_120)), "2026-01-31T10:00:00.120000+00:00");
        assert_eq!(timestamp(DateTime::from_secs_and_nanos(1_769_853_599, 999_999_999)), "2026-01-31T10:00:00+00:00");
        assert_eq!(
            timestamp(DateTime::from_secs_and_nanos(1_769_853_600, 76_999_902)),
            "2026-01-31T10:00:00.077000+00:00"
        );
    }

    #[test]
    fn absent_fields_are_left_out_and_empty_lists_stay() {
        let table =
            aws_sdk_ec2::types::RouteTable::builder().route_table_id("rtb-1").set_routes(Some(Vec::new())).build();
        assert_eq!(table.to_json().to_string(), r#"{"RouteTableId":"rtb-1","Routes":[]}"#);
    }
}
