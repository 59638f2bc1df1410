{# Whether what an excuse names is what an absence is of, each under its own column; the source is joined beside. #}
{% macro excuse_concerne(x, d) -%}
(
    {{ x }}.objet_type = ''
    or ({{ x }}.objet_type = 'service' and {{ x }}.objet_code = {{ d }}.territoire_code)
    or ({{ x }}.objet_type = 'poste' and {{ x }}.objet_code = {{ d }}.objet_code)
    or ({{ x }}.objet_type = 'fiche' and {{ x }}.objet_code = {{ d }}.action_code)
    or ({{ x }}.objet_type = 'pilote' and {{ x }}.objet_code = {{ d }}.debiteur_code)
)
{%- endmacro %}
