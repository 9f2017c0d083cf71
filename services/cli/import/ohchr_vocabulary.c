/* SPDX-License-Identifier: Apache-2.0 */
#include "import/ohchr_vocabulary.h"

const char *const ohchr_vocabulary[WORDS_COUNT] = {
    [WORDS_RESPONSE_HEADING] =
        "management response|management responses|management's response|"
        "response of management|reponse de la direction|reponse de l'administration|"
        "reponse de l'encadrement|reponse du management|reponse de gestion|"
        "reponse manageriale|respuesta de la direccion|respuesta de la administracion|"
        "respuesta de la gerencia|respuesta de gestion|respuesta de la gestion|"
        "respuesta administrativa",
    [WORDS_ANNEX] = "annex|annexes|annexe|appendix|appendices|appendice|anexo|anexos|apendice",
    [WORDS_CHAPTER] =
        "executive summary|summary|introduction|background|methodology|main findings|findings|"
        "conclusions|conclusion|lessons learned|lessons|table of contents|contents|acronyms|"
        "table of acronyms|list of acronyms|abbreviations|terms of reference|bibliography|"
        "references|resume|resume executif|resume analytique|sommaire|contexte|methodologie|"
        "constatations|principales constatations|enseignements|table des matieres|acronymes|"
        "sigles|mandat|bibliographie|resumen|resumen ejecutivo|introduccion|antecedentes|"
        "metodologia|hallazgos|principales hallazgos|conclusiones|lecciones aprendidas|indice|"
        "siglas|acronimos|terminos de referencia|bibliografia",
    [WORDS_OWN_OFFICE] =
        "ohchr country office|country office|the country office|co|the office|the field presence|"
        "field presence|field office|bureau de pays|bureau pays|le bureau|"
        "oficina de pais|oficina en el pais|oficina pais|la oficina",
    [WORDS_REGIONAL_OFFICE] = "ohchr regional office|regional office|the regional office|ro|"
                              "bureau regional|le bureau regional|oficina regional|"
                              "la oficina regional",
    [WORDS_REGIONAL] = "regional|regionale",
    [WORDS_CONTAINER] =
        "geneva hq|hq geneva|geneva headquarters|headquarters geneva|hq|headquarters|"
        "ohchr hq|ohchr headquarters|ohchr geneva|siege de geneve|siege geneve|siege a geneve|"
        "le siege|siege|siege du hcdh|sede de ginebra|sede ginebra|sede en ginebra|la sede|sede",
    [WORDS_CITY] = "geneva|geneve|ginebra",
    [WORDS_EXTERNAL] =
        "ombudsman|ombudsperson|defensoria del pueblo|defensoria|defenseur des droits|nhrc|"
        "national human rights institution|national human rights commission|"
        "national human rights commissions|resident coordinators|united nations agencies|"
        "un system|undss|dppa|unep|undrr|npm|national preventive "
        "mechanism|unct|uncts|uncg|rco|unrco|un country team|united nations country team|"
        "un communications group|un communication group|resident coordinator|"
        "resident coordinator's office|resident coordinator office|"
        "office of the resident coordinator|undp|unicef|unhcr|unfpa|un women|unwomen|onu femmes|"
        "onu mujeres|unesco|unodc|unops|unaids|un habitat|ilo|who|wfp|fao|iom|ocha|"
        "un agencies|un partners|government|the government|ministry|ministries|parliament|"
        "national counterparts|civil society|civil society organisations|"
        "civil society organizations|cso|csos|ngo|ngos|nhri|donors|donor community|"
        "development partners|private sector|academia|"
        "organisations of persons with disabilities|organizations of persons with disabilities|"
        "opds|pnud|bit|oms|equipe de pays des nations unies|equipe pays|equipe de pays|"
        "coordonnateur resident|coordinateur resident|bureau du coordonnateur resident|"
        "gouvernement|le gouvernement|ministere|ministeres|societe civile|la societe civile|"
        "ong|osc|bailleurs de fonds|partenaires techniques et financiers|secteur prive|"
        "equipo de pais|equipo de pais de las naciones unidas|equipo pais|"
        "coordinador residente|oficina del coordinador residente|"
        "oficina de la coordinadora residente|gobierno|el gobierno|ministerio|ministerios|"
        "sociedad civil|la sociedad civil|donantes|sector privado",
    [WORDS_VAGUE] = "relevant|concerned|appropriate|various|all|other|others|different|several|"
                    "interested|pertinent|pertinente|pertinents|pertinentes|concerne|concernee|"
                    "concernes|concernees|competent|competents|competente|competentes|tous|toutes|"
                    "autres|divers|diverses|todos|todas|otros|otras|diversos|diversas|"
                    "correspondiente|correspondientes|interesse|interesses|interessees",
    [WORDS_UNIT_NOUN] =
        "section|branch|division|unit|service|services|office|team|group|department|desk|bureau|"
        "directorate|secretariat|cell|programme|board|unite|direction|equipe|groupe|departement|"
        "cellule|secteur|seccion|subdivision|unidad|servicio|oficina|equipo|grupo|departamento|"
        "direccion|secretaria|celula|chief|head|director|manager|officer|coordinator|"
        "representative|adviser|advisor|sections|branches|divisions|units|offices|teams|heads|"
        "chiefs|"
        "directors|managers|officers|coordinators|representatives|advisers|advisors|assistant|"
        "assistants|focal point|focal points|resources|asesor|asesora|asesores|oficial|oficiales|"
        "conseiller|conseillere|conseillers|chargee|charge|chef|cheffe|directeur|directrice|"
        "responsable|"
        "coordonnateur|representant|jefe|jefa|directora|coordinador|coordinadora|representante",
    [WORDS_SUPPORT] =
        "with the assistance of|with assistance from|with assistance of|assisted by|"
        "with input from|with inputs from|in partnership with|with contributions from|"
        "avec l'aide de|avec l'assistance de|con la ayuda de|con la asistencia de|"
        "with support from|with support of|with the support of|with the support from|with|"
        "in collaboration with|in coordination with|in cooperation with|in consultation with|"
        "supported by|support|supporting|avec l'appui de|avec l'appui du|avec l'appui des|"
        "avec le soutien de|avec le soutien du|avec le soutien des|en collaboration avec|"
        "en coordination avec|en cooperation avec|en consultation avec|avec|appui|soutien|"
        "con el apoyo de|con el apoyo del|con apoyo de|con apoyo del|en colaboracion con|"
        "en coordinacion con|en consulta con|con|apoyo",
    [WORDS_SUPPORTER] = "support|supporting|supports|appui|soutien|apoyo|support role|in support",
    [WORDS_POST] =
        "chief|head|director|deputy director|manager|representative|deputy representative|"
        "coordinator|team leader|chef|cheffe|directeur|directrice|responsable|representant|"
        "representante|coordonnateur|coordonnatrice|jefe|jefa|directora|coordinador|coordinadora",
    [WORDS_LEAD] = "lead|leads|led by|chef de file|pilote|lider|lidera",
    [WORDS_OVERSEER] = "reporting to|overseen by|under the supervision of|under supervision of|"
                       "sous la supervision de|sous la supervision du|bajo la supervision de|"
                       "bajo la supervision del",
    [WORDS_JOINT] = "jointly with|together with|conjointement avec|conjuntamente con|junto "
                    "con|and|et|y|e|&|plus|as well as|ainsi que|asi como",
    [WORDS_SAME] = "idem|ditto|same as above|same|ibid|as above|comme ci dessus|idem que ci dessus|"
                   "igual que arriba|lo mismo",
    [WORDS_UNDECIDED] = "tbd|tbc|to be determined|to be confirmed|to be decided|to be defined|"
                        "a determiner|a confirmer|a definir|por determinar|por definir|"
                        "por confirmar|n/a|na|not applicable|s/o|no aplica",
    [WORDS_NO_ACTION] =
        "none|no action|no actions|no key action|no key actions|no action required|nil|"
        "no further action|no further action required|no action needed|n/a|not applicable|"
        "aucune|aucune action|aucune mesure|aucune mesure requise|neant|sans objet|ninguna|"
        "ninguna accion|ninguna medida|no aplica|no se requiere ninguna accion|sin acciones",
    [WORDS_PARTLY] =
        "partially|partly|partial|in part|part|largely|mostly|broadly|mainly|nearly|almost|"
        "to some extent|to a large extent|except|not|but|partiellement|en partie|en grande partie|"
        "largement|presque|mais|pas|sauf|parcialmente|en parte|en gran parte|casi|pero|no|salvo",
    [WORDS_EXCEPT] =
        "except|excepting|excluding|excluded|exception of|exclusion of|exception|omitted|omitting|"
        "apart from|other than|a l'exception|a l'exclusion|sauf|hormis|excepte|exceptee|exclue|"
        "exclu|exclus|omise|excepto|salvo|excepcion|con exclusion|excluida|excluido|excluyendo|"
        "omitida|menos",
    [WORDS_REFUSED] =
        "not accepted|not accept|not agreed|not agree|cannot be accepted|cannot accept|"
        "could not be accepted|rejected|reject|declined|falls outside|fall outside|outside "
        "the|outside its|outside of the|beyond the mandate|"
        "not be implemented|will not be implemented|cannot be implemented|"
        "non acceptee|non acceptees|pas acceptee|pas acceptees|pas accepte|pas etre acceptee|"
        "rejetee|rejetees|refusee|hors du mandat|hors mandat|ne releve pas|depasse le mandat|no "
        "aceptada|no aceptadas|"
        "no se acepta|no se aceptan|no acepta|no puede aceptarse|rechazada|rechazadas|"
        "fuera del mandato|fuera de las competencias|fuera del ambito|queda fuera|no compete",
    [WORDS_PENDING] =
        "explored|explore|exploring|considered|consideration|considering|consider|examined|"
        "reviewed|under review|further discussion|discussed|discussion|studied|to be decided|"
        "assessed|pending|etudiee|etudier|etude|examinee|examiner|examen|exploree|explorer|"
        "reflexion|discutee|en suspens|explorar|explorarse|explorada|examinar|examinarse|"
        "examinada|estudiar|estudiarse|estudio|consideracion|considerar|considerarse|analizar|"
        "analizarse|pendiente",
    [WORDS_ACCEPTED] = "accepted|accept|accepts|agreed|agree|acceptee|acceptees|accepte|acceptes|"
                       "acceptable|acceptables|aceptada|aceptadas|aceptado|aceptar|aceptarse|"
                       "acepta|aceptan|se aceptan",
    [WORDS_CHANGED] =
        "change|changes|changed|edit|edits|edited|caveat|reformulate|reformulated|reformulation|"
        "reword|reworded|rewording|rephrase|rephrased|amend|amended|amendment|amendments|modify|"
        "modified|modification|modifications|insert|inserting|insertion|replace|replaced|"
        "replacing|replacement|revise|revised|revision|adjust|adjusted|adjustment|adjustments|"
        "changement|changements|modifier|modifie|modifiee|reformuler|reformulee|remplacer|"
        "remplace|remplacee|remplacement|inserer|ajouter|ajout|amender|amendement|ajustement|"
        "ajustements|cambio|cambios|cambiar|modificar|modificada|modificacion|modificaciones|"
        "reformular|reformulada|reformulacion|reemplazar|sustituir|sustitucion|insertar|agregar|"
        "anadir|enmienda|enmiendas|ajuste|ajustes|matiz|adding|deletion|delete|deleted|deleting|"
        "removal|removing|suppression|supprimer|"
        "supprimee|eliminar|eliminacion|supresion|suprimir",
    [WORDS_BUT] =
        "while|whereas|but|however|although|tandis que|alors que|mais|cependant|toutefois|"
        "mientras|mientras que|pero|sin embargo|aunque",
    [WORDS_DUE] =
        "due in|due by|due on|due|by|until|before|no later than|not later than|by the end of|"
        "expected in|planned for|scheduled for|d'ici|d'ici a|avant|au plus tard en|prevu en|"
        "prevue en|prevu pour|prevue pour|jusqu'en|echeance|antes de|para|hasta|a mas tardar en|"
        "previsto para|prevista para|vence en",
    [WORDS_RELATIVE] =
        "within|after|following|from approval|of approval|upon|once|dans|apres|suivant|suivants|"
        "suivantes|a compter|des que|dentro de|despues|siguiente|siguientes|tras|una vez|"
        "a partir de la",
    [WORDS_CADENCE] =
        "every month|every two months|every three months|every six months|every year|"
        "every 3 months|every 6 months|monthly|quarterly|biannually|twice a year|semi annually|"
        "half yearly|annually|once a year|tous les mois|tous les trois "
        "mois|tous les six mois|"
        "tous les ans|chaque mois|chaque trimestre|chaque semestre|chaque annee|"
        "deux fois par an|mensuellement|trimestriellement|semestriellement|annuellement|"
        "cada mes|cada tres meses|cada seis meses|cada ano|dos veces "
        "al ano|mensualmente|"
        "trimestralmente|semestralmente|anualmente",
    [WORDS_INTERVAL] =
        "yearly|annual|each year|each month|each quarter|each semester|every quarter|"
        "every semester|bimonthly|weekly|every week|biannual|mensuel|mensuelle|trimestriel|"
        "trimestrielle|semestriel|semestrielle|annuel|annuelle|chaque an|mensual|trimestral|"
        "semestral|anual|cada trimestre|cada semestre|todos los anos|todos los meses",
    [WORDS_ONWARDS] = "onwards|onward|and onwards|and onward|and beyond|and after|et au dela|"
                      "et apres|en adelante|y en adelante|y despues",
    [WORDS_SINCE] = "from|starting|starting in|starting from|as of|as from|since|a partir de|"
                    "a partir du|a partir del|a compter de|a compter du|des|depuis|desde",
    [WORDS_MARKERS] =
        "marker|markers|benchmark|benchmarks|indicator|indicators|criterion|criteria|standard|"
        "standards|marqueur|marqueurs|indicateur|indicateurs|critere|criteres|marcador|marcadores|"
        "indicador|indicadores|criterio|criterios",
    [WORDS_OUT_OF] = "out of|of|of the|sur|sur les|de|de los|de las|de un total de",
    [WORDS_RANK] = "no progress|some progress|good progress|fully achieved|aucun progres|"
                   "quelques progres|bons progres|pleinement atteint|ningun progreso|"
                   "algun progreso|algunos progresos|buen progreso|plenamente logrado",
    [WORDS_DRAFT] = "draft|projet|borrador|proyecto|ebauche",
    [WORDS_APPROVED_BY] = "approved by|approved|approuve par|approuvee par|approuvee|aprobado por|"
                          "aprobada por|aprobada",
    [WORDS_APPROVED_ON] =
        "date of approval|approval date|approved on|date approved|date de l'approbation|"
        "date d'approbation|approuve le|approuvee le|fecha de aprobacion|fecha de la aprobacion|"
        "aprobada el|aprobado el",
    [WORDS_TITLE] = "title|evaluation title|title of the evaluation|title of evaluation|"
                    "evaluation|name of the evaluation|report title|titre|titre de l'evaluation|"
                    "titulo|titulo de la evaluacion|nombre de la evaluacion",
    [WORDS_EVALUATION] = "evaluation|review|assessment|revue|examen|evaluacion|revision",
    [WORDS_REPORT] = "final report|evaluation report|report|final|version|rapport|rapport final|"
                     "rapport d'evaluation|informe|informe final|informe de evaluacion|"
                     "version finale|version final|final version",
    [WORDS_DATE] =
        "date|date of report|date of the report|date du rapport|"
        "fecha del informe|date of response|date of management response|date of the response|fecha|"
        "fecha de la respuesta|date de la reponse",
};
