"""The words that can be found, and the triggers that write them down."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

# One statement for all rows of a statement, in order, so that two at once never wait for each other in a circle.
NOTE = """
CREATE FUNCTION mintenance_note_words(said text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO mintenance_searchword (word, stem)
    SELECT found.word, stems.stem
    FROM (SELECT DISTINCT unnest(tsvector_to_array(to_tsvector('simple', said))) AS word) AS found,
         LATERAL (SELECT (ts_lexize('english_stem', found.word))[1] AS stem) AS stems
    WHERE found.word ~ '^[[:alpha:]]{4,30}$' AND stems.stem IS NOT NULL
    ORDER BY found.word
    ON CONFLICT (word) DO NOTHING
$$;

CREATE FUNCTION mintenance_note_words_of_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mintenance_note_words(string_agg(title || ' ' || description, ' '))
    FROM (SELECT title, description, row_number() OVER () / 200 AS part FROM fresh
          WHERE posted_at IS NOT NULL AND NOT hidden) AS rows
    GROUP BY part;
    RETURN NULL;
END $$;

CREATE FUNCTION mintenance_note_words_of_contractors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mintenance_note_words(string_agg(business_name || ' ' || bio || ' ' || array_to_string(skills, ' '), ' '))
    FROM (SELECT business_name, bio, skills, row_number() OVER () / 200 AS part FROM fresh) AS rows
    GROUP BY part;
    RETURN NULL;
END $$;
"""

# Characters for private use stand for the tags until all else is escaped; they are taken out of the text before.
MARKED = r"""
CREATE FUNCTION mintenance_marked(said text, query tsquery, whole boolean) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN position('<mark>' IN html) > 0 THEN html END
    FROM (SELECT replace(replace(replace(replace(replace(replace(replace(
        ts_headline('english', translate(said, U&'\E000\E001', ''), query,
            CASE WHEN whole OR length(said) <= 300 THEN U&'StartSel=\E000, StopSel=\E001, HighlightAll=true'
                 ELSE U&'StartSel=\E000, StopSel=\E001, MaxFragments=2, MaxWords=30, MinWords=10' END),
        '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#x27;'),
        U&'\E000', '<mark>'), U&'\E001', '</mark>') AS html) AS marked
$$;
"""
FORGET = """
DROP FUNCTION mintenance_marked(text, tsquery, boolean);
DROP FUNCTION mintenance_note_words_of_contractors();
DROP FUNCTION mintenance_note_words_of_jobs();
DROP FUNCTION mintenance_note_words(text);
"""


def trigger(table: str, function: str, event: str) -> migrations.RunSQL:
    name = f"search_words_on_{event}"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING NEW TABLE AS fresh"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contractors', '0002_search_and_skills_by_index'),
        ('jobs', '0001_initial'),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('word', models.CharField(max_length=30, primary_key=True, serialize=False)),
                ('stem', models.CharField(max_length=30)),
            ],
            options={
                'indexes': [
                    models.Index(fields=['stem'], name='search_word_stem'),
                    django.contrib.postgres.indexes.GistIndex(django.contrib.postgres.indexes.OpClass('word', name='gist_trgm_ops'), name='search_word_near'),
                ],
            },
        ),
        migrations.RunSQL(NOTE + MARKED, FORGET),
        trigger('jobs_job', 'mintenance_note_words_of_jobs', 'insert'),
        trigger('jobs_job', 'mintenance_note_words_of_jobs', 'update'),
        trigger('contractors_contractor', 'mintenance_note_words_of_contractors', 'insert'),
        trigger('contractors_contractor', 'mintenance_note_words_of_contractors', 'update'),
        migrations.RunSQL(
            "UPDATE jobs_job SET hidden = hidden; UPDATE contractors_contractor SET verified = verified",
            migrations.RunSQL.noop,
        ),
    ]
