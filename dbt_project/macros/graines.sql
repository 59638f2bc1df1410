{# In a session, dbt-spark writes a seed's texts without escaping them and its absences as the word None. #}
{% macro spark__load_csv_rows(model, agate_table) %}
    {% set types = model['config'].get('column_types', {}) %}
    {% for rows in agate_table.rows | batch(get_batch_size()) %}
        {% set insertion %}
        insert into {{ this.render() }} values
        {% for row in rows -%}
            ({%- for column in agate_table.column_names -%}
                {%- set value = row[loop.index0] -%}
                cast({{ 'null' if value is none else "'" ~ (value | string | replace('\\', '\\\\') | replace("'", "\\'")) ~ "'" }}
                    as {{ types.get(column, adapter.convert_type(agate_table, loop.index0)) }})
                {{- ', ' if not loop.last -}}
            {%- endfor -%})
            {{- ',' if not loop.last }}
        {%- endfor %}
        {% endset %}
        {% do adapter.add_query(insertion, abridge_sql_log=True) %}
    {% endfor %}
    {{ return('') }}
{% endmacro %}
