import sys,time,os
N=int(os.environ["BN"])
def test_bench(db):
    from django.db import connection, transaction
    import pyarrow as pa, numpy as np
    from huiqun.delivery.actions import runs, gating
    from huiqun.delivery.actions.gate_sql import Gate
    from huiqun.delivery.models import Run
    from huiqun.foundation.models import Branch
    from datetime import datetime,UTC
    NOW=datetime(2026,11,20,2,tzinfo=UTC)
    try:
      with transaction.atomic():
        cu=connection.cursor()
        b=Branch.objects.create(code='BX',name='x')
        cu.execute("""INSERT INTO customers_customer (number,branch_id,phone_index,email_index,birth_date,sex,occupation,income_band,city,risk_level,risk_assessed_date,lifecycle,overdue,attributes,created_at,updated_at)
        SELECT 'B'||g,%s,substr(sha256(g::text::bytea),1,16),NULL,date '1980-01-01'+(g%%12000)::int,'F','','','',1+g%%5,date '2026-01-01','',g%%50=0,'{}',now(),now() FROM generate_series(1,%s) g RETURNING id""",[b.pk,N])
        ids=np.array([r[0] for r in cu.fetchall()])
        cu.execute("INSERT INTO customers_consenttext (channel,purpose,version,title,body,published_at,accepted) VALUES ('sms','marketing','b1','','',now(),true)")
        cu.execute("INSERT INTO customers_consent (customer_id,channel,purpose,state,text_version,source,at) SELECT id,'sms','marketing','given','b1','x',now() FROM customers_customer WHERE number LIKE 'B%%' AND id%%10<8")
        cu.execute("ANALYZE customers_customer, customers_consent, customers_consenttext")
        def batches():
            for part in np.array_split(ids,max(1,N//65536)):
                yield pa.record_batch({'customer_id':pa.array(part),'arm':pa.array(np.where(part%10==0,'control','treatment')),'bucket':pa.array((part%10000).astype(np.int32))})
        run=Run.objects.create(subject='x',branch=b,digest='d',purpose='marketing',product_risk=3,product_kind='loan',channels=[{'channel':'sms','account_id':1,'variants':[{'key':'a','weight':1},{'key':'b','weight':1}]}],caps={'all_channels_days':7,'all_channels_limit':2},opened_at=NOW,audience=N)
        t=time.time(); runs.copy_members(run.pk,batches()); t1=time.time()-t
        cu.execute('ANALYZE delivery_recipient')
        t=time.time(); g=Gate.of(run,now=NOW); cu.execute(g.sql,g.values); t2=time.time()-t
        cu.execute('select reason,state,count(*) from delivery_recipient where run_id=%s group by 1,2',[run.pk]); print(cu.fetchall())
        run2=Run.objects.create(subject='y',branch=b,digest='d',purpose='marketing',channels=[],opened_at=NOW)
        t=time.time(); runs.copy_members(run2.pk,batches()); t3=time.time()-t
        cu.execute('ANALYZE delivery_recipient')
        t=time.time(); cu.execute("UPDATE delivery_recipient SET state='queued' WHERE run_id=%s",[run2.pk]); t4=time.time()-t
        print(f'copy {t1:.2f} gate {t2:.2f} | bare copy {t3:.2f} update {t4:.2f} ratio {(t3+t4)/(t1+t2):.2f}')
        if os.environ.get('BE'):
            cu.execute('explain analyze '+g.sql.replace("state = 'listed'","state <> 'zz'"),g.values); print('\n'.join(r[0] for r in cu.fetchall()))
        raise KeyError
    except KeyError: pass