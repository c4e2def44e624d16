"""Judge: text and judgement. Knows no database and no screen."""
