# A JSON Schema of the configuration → Markdown: one table of keys for each table of the file.

# What a value may be, in words.
def value:
  if .enum then .enum | map("`" + . + "`") | join(", ")
  elif .const then "`\(.const)`"
  elif .anyOf then [.anyOf[] | value] | join(", or ")
  elif .type == "array" then "list of: " + (.items // {} | value)
  elif .type == "object" then
    if .properties then "table with " + (.properties | keys | map("`" + . + "`") | join(", "))
    else "table of: " + (.additionalProperties | if type == "object" then value else "text" end) end
  elif .type == "integer" and has("minimum") then "\(.minimum) to \(.maximum)"
  elif .type == "integer" then "whole number"
  elif .type == "boolean" then "true or false"
  elif .type == "string" then "text"
  else .type end;

def is_table: .type == "object" and .properties;
def are_tables: .type == "array" and (.items | is_table);

def in_cell: gsub("\\|"; "\\|");

def sentence: (.[:1] | ascii_upcase) + .[1:] + ".";

# `name` is the table's heading in the file, as in `[section.headings]`; none at the file's top.
def table(name):
  (.required // []) as $required
  | (.properties | to_entries | map(select(.value | is_table or are_tables | not))) as $keys
  | if $keys == [] then empty else
      "",
      (if name == "" then empty else "### `\(name)`", "", (.description | sentence), "" end),
      "| key | value | |", "|---|---|---|",
      ($keys[] | .key as $key
        | (if any($required[]; . == $key) then "; required" else "" end) as $required
        | "| `\($key)` | \(.value | value | in_cell)\($required) | \(.value.description // "" | in_cell) |")
    end;

def tables_in(path):
  .properties | to_entries[] | select(.value | is_table or are_tables)
  | (path + [.key]) as $path
  | ($path | join(".")) as $name
  | .value
  | if is_table then table("[\($name)]"), tables_in($path)
    else .description as $what | .items | .description = $what | table("[[\($name)]]"), tables_in($path)
    end;

"", "## \(.title)", table(""), tables_in([])
